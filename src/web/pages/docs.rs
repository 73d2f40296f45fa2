//! The API's description as a page: what can be asked for, with what, and what comes back.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value;

use crate::web::answers::page_answer;
use crate::web::openapi::{document, operations_of};
use crate::web::pages::frame::Frame;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/docs.html")]
struct DocsPage {
    frame: Frame,
    version: String,
    tags: Vec<Tag>,
    schemas: Vec<Schema>,
}

struct Tag {
    words: String,
    calls: Vec<Call>,
}

struct Call {
    id: String,
    method: String,
    path: String,
    summary: String,
    who: String,
    parameters: Vec<Field>,
    body: Vec<(String, String)>,
    answers: Vec<(String, String, String)>,
}

struct Schema {
    name: String,
    about: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    is_required: bool,
    about: String,
}

/// The API's description for people.
#[utoipa::path(
    get, path = "/docs", operation_id = "show_docs", tag = "operation",
    responses((status = 200, description = "A page.", body = String, content_type = "text/html")),
)]
pub async fn show(request: HttpRequest) -> HttpResponse {
    let lang = Lang::of(&request);
    let whole = document();
    let words = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let tags = whole["tags"].as_array().into_iter().flatten();
    let tags = tags.map(|tag| Tag { words: words(&tag["description"]), calls: calls_of(whole, &words(&tag["name"])) });
    let schemas = whole["components"]["schemas"].as_object().into_iter().flatten();
    let schemas = schemas.map(|(name, schema)| Schema {
        name: name.clone(),
        about: words(&schema["description"]),
        fields: fields_of(schema),
    });
    let page = DocsPage {
        frame: Frame::new(lang, "/docs".into()),
        version: words(&whole["info"]["version"]),
        tags: tags.filter(|tag| !tag.calls.is_empty()).collect(),
        schemas: schemas.collect(),
    };
    page_answer(lang, Ok(page))
}

fn calls_of(whole: &Value, tag: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for (path, parts) in whole["paths"].as_object().into_iter().flatten() {
        for (method, part) in operations_of(parts) {
            if part["tags"].as_array().is_some_and(|tags| tags.iter().any(|own| own == tag)) {
                calls.push(call(path, method, part));
            }
        }
    }
    calls
}

fn call(path: &str, method: &str, part: &Value) -> Call {
    let words = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let contents = |holder: &Value| -> Vec<(String, String)> {
        let contents = holder["content"].as_object().into_iter().flatten();
        contents.map(|(media, content)| (media.clone(), kind_of(&content["schema"]))).collect()
    };
    let parameters = part["parameters"].as_array().into_iter().flatten();
    let answers = part["responses"].as_object().into_iter().flatten();
    Call {
        id: words(&part["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: words(&part["summary"]),
        who: words(&part["description"]),
        parameters: parameters.map(parameter).collect(),
        body: contents(&part["requestBody"]),
        answers: answers
            .map(|(status, answer)| {
                let kinds: Vec<String> =
                    contents(answer).into_iter().map(|(media, kind)| format!("{media} {kind}")).collect();
                (status.clone(), words(&answer["description"]), kinds.join(", "))
            })
            .collect(),
    }
}

fn parameter(part: &Value) -> Field {
    let words = |key: &str| part[key].as_str().unwrap_or("").to_owned();
    Field {
        name: words("name"),
        kind: format!("{}, {}", words("in"), kind_of(&part["schema"])),
        is_required: part["required"] == true,
        about: words("description"),
    }
}

/// The fields of an object, those of its parts too.
fn fields_of(schema: &Value) -> Vec<Field> {
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|own| own == name));
    let own = schema["properties"].as_object().into_iter().flatten().map(|(name, part)| Field {
        name: name.clone(),
        kind: kind_of(part),
        is_required: required(name),
        about: part["description"].as_str().unwrap_or("").to_owned(),
    });
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(fields_of);
    own.chain(parts).collect()
}

/// What kind of value a schema describes, in few words.
fn kind_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|value| value.as_str().unwrap_or("null")).collect::<Vec<_>>().join(" | ");
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[key].as_array() {
            return parts.iter().map(kind_of).collect::<Vec<_>>().join(" | ");
        }
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("[{}]", kind_of(&schema["items"])),
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    }
}
