//! The sheets of a cycle: which there are, and each as CSV, as a workbook or as a page to print.

use actix_web::http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::flow::load_cycle::card;
use crate::sheets::columns::layout;
use crate::sheets::{
    CsvOptions, Document, Encoding, Heads, HtmlOptions, ListedBy, Press, Style, print_csv, print_html, print_xlsx,
};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::Slice;
use crate::web::api::schemas::SheetList;
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;
use crate::web::reveals::{Reveal, note_reveal};
use crate::web::scope::View;
use crate::web::words::segment;

/// Which sheets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// One kind only.
    kind: Option<String>,
    /// As the cycle stood at this version; its newest where left out.
    version: Option<u32>,
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// Rows to leave out.
    #[param(minimum = 0, maximum = 1_000_000_000)]
    offset: Option<u32>,
}

/// The sheets of a cycle, in the order of the night.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/sheets", operation_id = "list_sheets", tag = "sheets",
    params(("code" = String, Path, description = "The cycle's code."), ListQuery),
    responses(
        (status = 200, description = "Sheets.", body = SheetList),
    ),
)]
pub async fn list(site: Shared, caller: Caller, code: web::Path<String>, query: web::Query<ListQuery>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let slice = Slice::new(query.limit, query.offset)?;
        let kind = query.kind.as_deref().map(kind_of).transpose()?;
        let cycle = card(db, &code)?;
        let book = site.book(db, &cycle, query.version)?;
        let press = Press::new(&book);
        let mut documents = View::of(&caller, Operation::ListSheets).documents(&press);
        documents.retain(|document| kind.is_none_or(|kind| kind == document.kind));
        let (shown, next) = slice.cut(&documents);
        let objects = shown.iter().map(|document| object(&press, document)).collect::<Result<Vec<Value>, _>>()?;
        let next = next.map(|offset| {
            let kind = kind.map_or(String::new(), |kind| format!("&kind={}", kind.code()));
            let (base, limit) = (address(&cycle.cycle_code), shown.len());
            format!("{base}?version={}&limit={limit}&offset={offset}{kind}", book.version)
        });
        Ok(json!({
            "cycle_code": cycle.cycle_code, "version": book.version, "total": documents.len(),
            "sheets": objects, "next": next,
        }))
    });
    json_answer(done.await)
}

fn object(press: &Press<'_>, document: &Document<'_>) -> Result<Value, WebError> {
    let (book, issue) = (press.book, document.issue);
    Ok(json!({
        "kind": document.kind.code(), "number": document.kind.number(), "title": document.kind.zh(),
        "title_en": layout(document.kind).title_en, "key": document.key, "about": document.about(press)?,
        "doc_no": issue.doc_no, "version": issue.version, "total_qty": issue.total_qty,
        "generated_at": book.zone.rfc3339(book.committed_at(issue.version)),
        "links": {
            "csv": link(book, document, "csv"), "xlsx": link(book, document, "xlsx"),
            "html": link(book, document, "html"),
        },
    }))
}

fn address(cycle_code: &str) -> String {
    format!("/api/v1/cycles/{}/sheets", segment(cycle_code))
}

/// The address of a document as it stands in this book, for ever.
pub fn link(book: &Book, document: &Document<'_>, format: &str) -> String {
    let (base, kind, key) = (address(&book.cycle.cycle_code), document.kind.code(), segment(document.key));
    format!("{base}/{kind}?key={key}&format={format}&version={}", book.version)
}

/// # Errors
/// `not_found`.
pub fn kind_of(text: &str) -> Result<DocumentKind, WebError> {
    DocumentKind::parse(text).ok_or_else(|| WebError::missing("单据种类", "kind of sheet", text))
}

/// Which document, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SheetQuery {
    /// Which of the kind; may be left out where there is only one.
    key: Option<String>,
    /// As the cycle stood at this version; its newest where left out.
    version: Option<u32>,
    #[serde(default)]
    #[param(inline)]
    format: Format,
    #[serde(default)]
    #[param(inline)]
    heads: HeadsQuery,
    #[serde(default)]
    #[param(inline)]
    encoding: EncodingQuery,
    /// What the households of a pickup list to print are sorted by.
    #[serde(default)]
    #[param(inline)]
    by: ByQuery,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ByQuery {
    #[default]
    Room,
    ChainNo,
    PhoneTail,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Csv,
    Xlsx,
    Html,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum HeadsQuery {
    #[default]
    Zh,
    Key,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum EncodingQuery {
    #[default]
    Utf8,
    Gb18030,
}

/// One sheet, as CSV or as a page to print.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/sheets/{kind}", operation_id = "print_sheet", tag = "sheets",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        ("kind" = String, Path, description = "The kind of sheet."),
        SheetQuery,
    ),
    responses(
        (status = 200, description = "The sheet.", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/html"),
        )),
    ),
)]
pub async fn show(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    path: web::Path<(String, String)>,
    query: web::Query<SheetQuery>,
) -> HttpResponse {
    let ((code, kind), request_id) = (path.into_inner(), RequestId::of(&request));
    let query = query.into_inner();
    let (format, encoding) = (query.format, query.encoding);
    let done = ask(&site, move |site, db| {
        let kind = kind_of(&kind)?;
        let cycle = card(db, &code)?;
        let book = site.book(db, &cycle, query.version)?;
        let press = Press::new(&book);
        let document = find(&book, &View::of(&caller, Operation::PrintSheet), kind, query.key.as_deref())?;
        let mut bytes = Vec::new();
        match query.format {
            Format::Csv => print_csv(&press, &document, query.options(), &mut bytes)?,
            Format::Xlsx => print_xlsx(&press, &document, query.options().heads, &mut bytes)?,
            Format::Html => print_html(&press, &document, query.html(), &mut bytes)?,
        }
        if kind.names_residents() {
            let (subject, detail) = (format!("document:{}", document.issue.doc_no), format!("v{}", book.version));
            let reveal = Reveal { act: "sheet_taken", subject: &subject, detail: &detail, request_id: &request_id };
            note_reveal(site, db, &caller, reveal);
        }
        Ok((bytes, file_name(&document)))
    });
    match (done.await, format) {
        (Ok((bytes, name)), Format::Csv) => csv_answer(bytes, &name, encoding),
        (Ok((bytes, name)), Format::Xlsx) => xlsx_answer(bytes, &name),
        (Ok((bytes, name)), Format::Html) => print_answer(bytes, &name),
        (Err(error), _) => json_answer(Err(error)),
    }
}

impl SheetQuery {
    fn options(&self) -> CsvOptions {
        let heads = match self.heads {
            HeadsQuery::Zh => Heads::Zh,
            HeadsQuery::Key => Heads::Key,
        };
        let encoding = match self.encoding {
            EncodingQuery::Utf8 => Encoding::Utf8Bom,
            EncodingQuery::Gb18030 => Encoding::Gb18030,
        };
        CsvOptions { heads, encoding }
    }

    fn html(&self) -> HtmlOptions<'static> {
        let by = match self.by {
            ByQuery::Room => ListedBy::Room,
            ByQuery::ChainNo => ListedBy::ChainNo,
            ByQuery::PhoneTail => ListedBy::PhoneTail,
        };
        HtmlOptions { style: Style::Inline, by }
    }
}

/// The document of that kind and key, if it is seen. The key may be left out where there is only one.
fn find<'b>(book: &'b Book, view: &View, kind: DocumentKind, key: Option<&str>) -> Result<Document<'b>, WebError> {
    let missing = |key: &str| WebError::missing(kind.zh(), kind.code(), key);
    if let Some(key) = key {
        let found = Document::find(book, kind, key).filter(|document| view.has(book, document));
        return found.ok_or_else(|| missing(key));
    }
    let of_kind = book.documents.iter().filter(|((other, _), _)| *other == kind);
    let mut seen = of_kind.map(|((_, key), issue)| Document { kind, key, issue }).filter(|one| view.has(book, one));
    match (seen.next(), seen.next()) {
        (Some(document), None) => Ok(document),
        (None, _) => Err(missing(&book.cycle.cycle_code)),
        _ => Err(WebError::bad(format!("{}不止一份，请写明 key", kind.zh()), "there are several, name one by key")),
    }
}

/// The name of its file, made of numbers that we gave: `提货清单_PK-261122-003_v2`.
fn file_name(document: &Document<'_>) -> String {
    format!("{}_{}_v{}", document.kind.zh(), document.issue.doc_no, document.issue.version)
}

/// RFC 6266: the name in UTF-8, and for old programs one in ASCII.
pub fn disposition(kind: DispositionType, name: &str) -> ContentDisposition {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let ascii = name.chars().filter(|c| c.is_ascii()).map(plain).collect::<String>();
    let value = name.as_bytes().to_vec();
    let extended = ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value };
    let ascii = DispositionParam::Filename(ascii.trim_start_matches(['_', '.']).to_owned());
    ContentDisposition { disposition: kind, parameters: vec![ascii, DispositionParam::FilenameExt(extended)] }
}

fn csv_answer(bytes: Vec<u8>, name: &str, encoding: EncodingQuery) -> HttpResponse {
    let media_type = match encoding {
        EncodingQuery::Utf8 => "text/csv; charset=utf-8; header=present",
        EncodingQuery::Gb18030 => "text/csv; charset=gb18030; header=present",
    };
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header(disposition(DispositionType::Attachment, &format!("{name}.csv")))
        .body(bytes)
}

fn xlsx_answer(bytes: Vec<u8>, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header(disposition(DispositionType::Attachment, &format!("{name}.xlsx")))
        .body(bytes)
}

/// A print page holds its own style, so that it can be saved; its policy allows that one style and nothing else.
pub fn print_answer(bytes: Vec<u8>, name: &str) -> HttpResponse {
    let hash = base64(&Sha256::digest(style_of(&bytes)));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'none'"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(disposition(DispositionType::Inline, &format!("{name}.html")))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .body(bytes)
}

/// What stands in the page's first style element: that of its head, before anything from outside.
fn style_of(page: &[u8]) -> &[u8] {
    let at = |tag: &[u8], from: usize| page[from..].windows(tag.len()).position(|part| part == tag).map(|at| at + from);
    let Some(open) = at(b"<style>", 0) else { return b"" };
    let from = open + b"<style>".len();
    &page[from..at(b"</style>", from).unwrap_or(from)]
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let triple = chunk.iter().fold(0u32, |sum, &byte| sum << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(triple >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, want) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), want);
        }
    }

    #[test]
    fn a_file_is_named_in_utf_8_and_in_ascii() {
        let header = disposition(DispositionType::Attachment, "提货清单_PK-261122-003_v2.csv").to_string();
        assert_eq!(
            header,
            "attachment; filename=\"PK-261122-003_v2.csv\"; \
             filename*=UTF-8''%E6%8F%90%E8%B4%A7%E6%B8%85%E5%8D%95_PK%2D261122%2D003_v2.csv"
        );
    }
}
