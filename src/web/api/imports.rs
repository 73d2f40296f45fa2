//! Files of the catalogue and of stock, as the command line takes them: all or nothing, all faults at once.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::domain::coordinates::Datum;
use crate::flow::create_cycle::create_cycle;
use crate::flow::import_file::Imported;
use crate::flow::import_ground::{GivenDatum, Mapped, import_districts, import_places, import_service_areas};
use crate::flow::import_master::{
    import_cycles, import_leaders, import_offers, import_skus, import_suppliers, import_vehicles, import_warehouses,
};
use crate::flow::import_stock::import_stock;
use crate::flow::{Desk, FlowError};
use crate::imports::ImportKind;
use crate::store::backend::Db;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::files::{is_json, to_table};
use crate::web::api::schemas::{CycleMade, FileTaken};
use crate::web::body::{Given, Upload, to_file};
use crate::web::errors::WebError;

/// The kinds of file that this takes, in the order in which a new shop needs them.
pub const KINDS: [ImportKind; 10] = [
    ImportKind::Suppliers,
    ImportKind::Skus,
    ImportKind::Warehouses,
    ImportKind::Vehicles,
    ImportKind::Leaders,
    ImportKind::Cycles,
    ImportKind::Offers,
    ImportKind::Districts,
    ImportKind::Places,
    ImportKind::ServiceAreas,
];

/// The most doubts that an answer holds.
const DOUBTS_MAX: usize = 1_000;

/// How a file is read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Check only.
    #[serde(default)]
    dry_run: bool,
    /// wgs84, gcj02 or bd09, for a file without a column that says so.
    datum: Option<String>,
    /// The datum is certain: the file is taken though it looks like another.
    #[serde(default)]
    trust_datum: bool,
}

/// A file of the catalogue. Known codes are updated; the same file again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/imports/{kind}", operation_id = "import_file", tag = "cycles",
    params(("kind" = String, Path, description = "suppliers, skus, warehouses, vehicles, leaders, cycles, offers, districts, places or service_areas"), ImportQuery),
    request_body(content((String = "text/csv"), (String = "application/geo+json"))),
    responses((status = 200, description = "What came of the rows.", body = FileTaken)),
)]
pub async fn import(
    site: Shared,
    kind: web::Path<String>,
    query: web::Query<ImportQuery>,
    body: web::Payload,
) -> HttpResponse {
    let kind = match ImportKind::parse(&kind).filter(|kind| KINDS.contains(kind)) {
        Some(kind) => kind,
        None => return json_answer(Err(WebError::missing("文件种类", "kind of file", kind.as_str()))),
    };
    let upload = match to_file(body, "rows.csv").await {
        Ok(upload) => upload,
        Err(error) => return json_answer(Err(error)),
    };
    let done = ask(&site, move |site, db| {
        let unknown = || WebError::bad("datum 可用：wgs84 gcj02 bd09", "datum is wgs84, gcj02 or bd09");
        let datum = query.datum.as_deref().filter(|text| !text.is_empty());
        let datum = datum.map(|text| Datum::parse(text).ok_or_else(unknown)).transpose()?;
        let given = GivenDatum { datum, is_trusted: query.trust_datum };
        let desk = site.desk();
        Ok(match take_ground(db, &desk, kind, &upload, given, query.dry_run)? {
            Some(mapped) => taken_ground(kind, &mapped, query.dry_run),
            None => taken(kind, take(db, &desk, kind, &upload, query.dry_run)?, query.dry_run),
        })
    });
    json_answer(done.await)
}

/// A file with coordinates; None for the other kinds.
fn take_ground(
    db: &mut Db,
    desk: &Desk,
    kind: ImportKind,
    upload: &Upload,
    given: GivenDatum,
    is_dry_run: bool,
) -> Result<Option<Mapped>, FlowError> {
    let import = match kind {
        ImportKind::Warehouses => import_warehouses,
        ImportKind::Leaders => import_leaders,
        ImportKind::Districts => import_districts,
        ImportKind::Places => import_places,
        ImportKind::ServiceAreas => import_service_areas,
        _ => return Ok(None),
    };
    import(db, desk, &upload.path(), given, is_dry_run).map(Some)
}

fn taken_ground(kind: ImportKind, done: &Mapped, is_dry_run: bool) -> Value {
    let mut answer = taken(kind, done.imported, is_dry_run);
    let told = done.doubts.len().min(DOUBTS_MAX);
    answer["datum_check"] = done.datum.json();
    answer["warnings"] = json!(done.doubts[..told]);
    answer["warnings_left_out"] = json!(done.doubts.len() - told);
    answer
}

fn take(db: &mut Db, desk: &Desk, kind: ImportKind, upload: &Upload, is_dry_run: bool) -> Result<Imported, FlowError> {
    let path = &upload.path();
    match kind {
        ImportKind::Suppliers => import_suppliers(db, desk, path, is_dry_run),
        ImportKind::Skus => import_skus(db, desk, path, is_dry_run),
        ImportKind::Vehicles => import_vehicles(db, desk, path, is_dry_run),
        ImportKind::Cycles => import_cycles(db, desk, path, is_dry_run),
        _ => import_offers(db, desk, path, is_dry_run),
    }
}

fn taken(kind: ImportKind, done: Imported, is_dry_run: bool) -> Value {
    json!({
        "kind": kind.code(), "rows": done.rows, "new": done.new, "changed": done.changed, "same": done.same,
        "dry_run": is_dry_run,
    })
}

/// A stock count: the file that the command line takes, or the same rows as JSON.
#[utoipa::path(
    post, path = "/api/v1/stock", operation_id = "count_stock", tag = "cycles",
    request_body(content(
        (super::files::RowsBody = "application/json"),
        (String = "text/csv"),
    )),
    responses((status = 200, description = "What came of the rows.", body = FileTaken)),
)]
pub async fn count_stock(site: Shared, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let is_json = is_json(&request);
    let upload = match to_file(body, "rows.csv").await {
        Ok(upload) => upload,
        Err(error) => return json_answer(Err(error)),
    };
    let done = ask(&site, move |site, db| {
        let is_dry_run = is_json && to_table(&upload)?;
        let done = import_stock(db, &site.desk(), &upload.path(), is_dry_run)?;
        Ok(taken(ImportKind::Stock, done, is_dry_run))
    });
    json_answer(done.await)
}

/// A cycle to be made: the columns of a cycles file, and which cycle's offers it takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCycleBody {
    cycle_code: String,
    name: String,
    /// `YYYY-MM-DD HH:MM` in the business zone.
    opens_at: String,
    cutoff_at: String,
    /// `YYYY-MM-DD`
    pickup_date: String,
    #[serde(default)]
    payment: String,
    #[serde(default)]
    rounding: String,
    #[serde(default)]
    shortage_rule: String,
    clone_of: Option<String>,
}

/// Makes a draft cycle; a clone takes over what is on sale in another.
#[utoipa::path(
    post, path = "/api/v1/cycles", operation_id = "add_cycle", tag = "cycles", request_body = NewCycleBody,
    responses((status = 201, description = "The cycle.", body = CycleMade)),
)]
pub async fn add_cycle(site: Shared, Given(body): Given<NewCycleBody>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let table = one_row(&body)?;
        let clone_of = body.clone_of.as_deref().filter(|code| !code.is_empty());
        let made = create_cycle(db, &site.desk(), table.path(), clone_of)?;
        Ok(json!({ "cycle_code": made.cycle_code, "offers": made.offers }))
    });
    match done.await {
        Ok(made) => HttpResponse::Created().json(made),
        Err(error) => json_answer(Err(error)),
    }
}

/// The body as the table of one row that the step reads: so a form and a file come to the same faults.
fn one_row(body: &NewCycleBody) -> Result<tempfile::NamedTempFile, WebError> {
    let broken = |error: String| WebError::Broken(format!("a form could not be kept: {error}"));
    let file = tempfile::NamedTempFile::new().map_err(|error| broken(error.to_string()))?;
    let mut table = csv::Writer::from_path(file.path()).map_err(|error| broken(error.to_string()))?;
    let cells = [
        ("cycle_code", &body.cycle_code),
        ("name", &body.name),
        ("opens_at", &body.opens_at),
        ("cutoff_at", &body.cutoff_at),
        ("pickup_date", &body.pickup_date),
        ("payment", &body.payment),
        ("rounding", &body.rounding),
        ("shortage_rule", &body.shortage_rule),
    ];
    table.write_record(cells.map(|(key, _)| key)).map_err(|error| broken(error.to_string()))?;
    table.write_record(cells.map(|(_, value)| value.as_str())).map_err(|error| broken(error.to_string()))?;
    table.flush().map_err(|error| broken(error.to_string()))?;
    Ok(file)
}
