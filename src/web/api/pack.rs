//! The whole night at once: one page to print, or every sheet as CSV in one archive.

use std::io::{Cursor, Write};

use actix_web::http::header::DispositionType;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::domain::documents::DocumentKind;
use crate::flow::load_cycle::card;
use crate::sheets::{CsvOptions, Document, Press, list, print_all_html, print_csv, print_some_html, work_order};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::sheets::{disposition, print_answer};
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;
use crate::web::reveals::{Reveal, note_reveal};

/// Which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PackQuery {
    #[serde(default)]
    #[param(inline)]
    format: PackFormat,
    /// As the cycle stood at this version; its newest where left out.
    version: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PackFormat {
    /// Every sheet behind a table of contents: one file for the night when the power fails.
    #[default]
    Html,
    /// What the night's work needs on paper, route by route, in the order in which it is used.
    Print,
    /// Every sheet as CSV.
    Zip,
}

/// All sheets of a cycle in one answer.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/pack", operation_id = "print_pack", tag = "sheets",
    params(("code" = String, Path, description = "The cycle's code."), PackQuery),
    responses((status = 200, description = "The pack.", content(
        (String = "text/html"),
        (Vec<u8> = "application/zip"),
    ))),
)]
pub async fn show(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<PackQuery>,
) -> HttpResponse {
    let (format, request_id) = (query.format, RequestId::of(&request));
    let done = ask(&site, move |site, db| {
        let cycle = card(db, &code)?;
        let book = site.book(db, &cycle, query.version)?;
        let press = Press::new(&book);
        let bytes = match format {
            PackFormat::Html => {
                let mut bytes = Vec::new();
                print_all_html(&press, &mut bytes)?;
                bytes
            }
            PackFormat::Print => {
                let mut bytes = Vec::new();
                print_some_html(&press, &tonight(&press), &mut bytes)?;
                bytes
            }
            PackFormat::Zip => zipped(&press)?,
        };
        let (subject, detail) = (format!("cycle:{}", cycle.cycle_code), format!("v{}", book.version));
        let reveal = Reveal { act: "sheet_taken", subject: &subject, detail: &detail, request_id: &request_id };
        note_reveal(site, db, &caller, reveal);
        Ok((bytes, format!("团期_{}_全部单据_v{}", cycle.cycle_code, book.version)))
    });
    match (done.await, format) {
        (Ok((bytes, name)), PackFormat::Zip) => HttpResponse::Ok()
            .content_type("application/zip")
            .insert_header(disposition(DispositionType::Attachment, &format!("{name}.zip")))
            .body(bytes),
        (Ok((bytes, name)), _) => print_answer(bytes, &name),
        (Err(error), _) => json_answer(Err(error)),
    }
}

/// What the desk prints of a night, in the order of the work. Pick lists by point repeat those by route, suppliers have
/// their orders by mail, and labels go on paper of their own.
pub fn tonight<'b>(press: &Press<'b>) -> Vec<Document<'b>> {
    let mut documents = work_order(press);
    documents.retain(|document| is_printed_tonight(document.kind));
    documents
}

/// Whether the desk prints this kind with the night's pack.
pub fn is_printed_tonight(kind: DocumentKind) -> bool {
    use DocumentKind::{Label, PickListPoint, ProcurementSummary, PurchaseOrder};
    !matches!(kind, ProcurementSummary | PurchaseOrder | PickListPoint | Label)
}

fn zipped(press: &Press<'_>) -> Result<Vec<u8>, WebError> {
    let broken = |error: zip::result::ZipError| WebError::Broken(format!("the archive: {error}"));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for document in list(press) {
        let mut bytes = Vec::new();
        print_csv(press, &document, CsvOptions::default(), &mut bytes)?;
        archive.start_file(document.path("csv"), options).map_err(broken)?;
        archive.write_all(&bytes).map_err(|error| WebError::Broken(format!("the archive: {error}")))?;
    }
    Ok(archive.finish().map_err(broken)?.into_inner())
}
