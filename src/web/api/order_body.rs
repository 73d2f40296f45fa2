//! The body of an order: read in one go where it is sound, and looked through field by field where it is not.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::quantity::Pieces;
use crate::flow::place_orders::{Person, Wanted};
use crate::imports::cell::{NAME, Problem, REMARK, bare, code, door, text};
use crate::imports::contacts::mobile;
use crate::imports::fault::{Fault, FaultKind};
use crate::web::errors::{FieldFault, WebError};
use crate::web::object::{self, Object};

/// Lines of one order.
const LINES_MAX: usize = 200;
/// The greatest number in a chain.
const CHAIN_MAX: i64 = 999_999_999;

/// An order as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBody {
    /// The cycle's code.
    pub cycle: String,
    /// The leader's code.
    pub leader: String,
    /// The pickup point's code; may be left out where the leader has just one.
    pub point: Option<String>,
    /// The resident's number in the leader's chain.
    #[schema(minimum = 1, maximum = 999_999_999)]
    pub chain_no: Option<i64>,
    #[serde(deserialize_with = "object::one")]
    pub resident: ResidentBody,
    /// One line a SKU.
    #[schema(min_items = 1, max_items = 200)]
    #[serde(deserialize_with = "object::many")]
    pub lines: Vec<LineBody>,
    /// Whether the money is in hand already; from leaders, and machines with `orders:paid`.
    #[serde(default)]
    pub paid: bool,
    pub remark: Option<String>,
}

/// Who orders: one of nickname, room and phone is needed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResidentBody {
    pub name: Option<String>,
    pub nickname: Option<String>,
    /// A mobile number of eleven digits.
    pub phone: Option<String>,
    pub building: Option<String>,
    pub unit_no: Option<String>,
    pub room: Option<String>,
}

/// Pieces of one SKU.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// The SKU's code.
    pub sku: String,
    #[schema(minimum = 1, maximum = 9_999)]
    pub qty: i64,
    /// Extra pieces the resident takes if they help to fill a case; paid for, and refunded where they do not come.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9_999)]
    pub tolerance: i64,
}

/// A body whose every field is sound.
pub struct SoundOrder {
    pub cycle: String,
    pub leader: String,
    pub point: Option<String>,
    pub chain_no: Option<u32>,
    pub person: Person,
    pub lines: Vec<Wanted>,
    pub paid: bool,
    pub remark: Option<String>,
}

/// Reads a body.
///
/// # Errors
/// Every fault of it.
pub fn read(body: &[u8]) -> Result<SoundOrder, WebError> {
    let Object(order): Object<OrderBody> = serde_json::from_slice(body).map_err(|error| misshapen(body, &error))?;
    let mut check = Check::default();
    let person = check.person(order.resident);
    let sound = SoundOrder {
        cycle: check.required("cycle", &order.cycle, code),
        leader: check.required("leader", &order.leader, code),
        point: check.optional("point", order.point, code),
        chain_no: order.chain_no.map(|no| check.whole("chain_no", no, 1, CHAIN_MAX)),
        person,
        lines: check.lines(&order.lines),
        paid: order.paid,
        remark: check.optional("remark", order.remark, text(REMARK)),
    };
    if check.faults.is_empty() { Ok(sound) } else { Err(WebError::Fields(check.faults)) }
}

/// Checks fields and gathers their faults.
#[derive(Default)]
struct Check {
    faults: Vec<FieldFault>,
}

impl Check {
    fn fault(&mut self, field: &str, Problem(kind, detail): Problem) {
        self.faults.push(FieldFault::from(&Fault::new(&"order".into(), 0, kind).cell(field, "").detail(detail)));
    }

    fn required(&mut self, field: &str, raw: &str, parse: impl Fn(&str) -> Result<Cow<'_, str>, Problem>) -> String {
        match bare(raw) {
            "" => self.fault(field, FaultKind::CellMissing.into()),
            raw => match parse(raw) {
                Ok(value) => return value.into_owned(),
                Err(problem) => self.fault(field, problem),
            },
        }
        String::new()
    }

    fn optional(
        &mut self,
        field: &str,
        raw: Option<String>,
        parse: impl Fn(&str) -> Result<Cow<'_, str>, Problem>,
    ) -> Option<String> {
        let raw = raw?;
        let raw = Some(bare(&raw)).filter(|raw| !raw.is_empty())?;
        parse(raw).map_err(|problem| self.fault(field, problem)).ok().map(Cow::into_owned)
    }

    fn whole(&mut self, field: &str, value: i64, min: i64, max: i64) -> u32 {
        if value < min {
            self.fault(field, Problem(FaultKind::TooSmall, min.to_string()));
        } else if value > max {
            self.fault(field, Problem(FaultKind::TooLarge, max.to_string()));
        }
        u32::try_from(value.clamp(min, max)).unwrap_or(0)
    }

    fn person(&mut self, body: ResidentBody) -> Person {
        let before = self.faults.len();
        let person = Person {
            name: self.optional("resident.name", body.name, text(NAME)),
            nickname: self.optional("resident.nickname", body.nickname, text(NAME)),
            phone: self.optional("resident.phone", body.phone, mobile),
            building: self.optional("resident.building", body.building, door),
            unit_no: self.optional("resident.unit_no", body.unit_no, door),
            room: self.optional("resident.room", body.room, door),
        };
        if self.faults.len() == before && !person.given().is_someone() {
            self.fault("resident", FaultKind::CellMissing.into());
        }
        person
    }

    fn lines(&mut self, lines: &[LineBody]) -> Vec<Wanted> {
        if lines.is_empty() {
            self.fault("lines", FaultKind::CellMissing.into());
        } else if lines.len() > LINES_MAX {
            self.fault("lines", Problem(FaultKind::TooLarge, LINES_MAX.to_string()));
            return Vec::new();
        }
        let most = i64::from(Pieces::LINE_MAX.0);
        let mut sound = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            // The field's name is put together only where something is wrong with it.
            let is_sound = code(bare(&line.sku)).is_ok_and(|sku| sku == line.sku.as_str())
                && (1..=most).contains(&line.qty)
                && (0..=most).contains(&line.tolerance);
            if is_sound {
                let (sku_code, qty, tolerance) = (line.sku.clone(), line.qty as u32, line.tolerance as u32);
                sound.push(Wanted { sku_code, qty, tolerance });
                continue;
            }
            let sku_code = self.required(&format!("lines[{at}].sku"), &line.sku, code);
            let qty = self.whole(&format!("lines[{at}].qty"), line.qty, 1, most);
            let tolerance = self.whole(&format!("lines[{at}].tolerance"), line.tolerance, 0, most);
            sound.push(Wanted { sku_code, qty, tolerance });
        }
        sound
    }
}

/// What a field may hold, for bodies that are not shaped as they should be.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Whole,
    Flag,
    Object(&'static [Field]),
    List(&'static [Field]),
}

/// Name, shape, and whether it is needed.
type Field = (&'static str, Shape, bool);

const RESIDENT: &[Field] = &[
    ("name", Shape::Text, false),
    ("nickname", Shape::Text, false),
    ("phone", Shape::Text, false),
    ("building", Shape::Text, false),
    ("unit_no", Shape::Text, false),
    ("room", Shape::Text, false),
];
const LINE: &[Field] = &[("sku", Shape::Text, true), ("qty", Shape::Whole, true), ("tolerance", Shape::Whole, false)];
const ORDER: &[Field] = &[
    ("cycle", Shape::Text, true),
    ("leader", Shape::Text, true),
    ("point", Shape::Text, false),
    ("chain_no", Shape::Whole, false),
    ("resident", Shape::Object(RESIDENT), true),
    ("lines", Shape::List(LINE), true),
    ("paid", Shape::Flag, false),
    ("remark", Shape::Text, false),
];

/// Every field that is missing, unknown or of another kind; else what the parser says.
fn misshapen(body: &[u8], error: &serde_json::Error) -> WebError {
    let mut faults = Vec::new();
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => look("", &value, Shape::Object(ORDER), &mut faults),
        Err(error) => faults.push(field_fault("", "not_json", "不是 JSON", &error.to_string())),
    }
    if faults.is_empty() {
        faults.push(field_fault("", "not_json", "内容不对", &error.to_string()));
    }
    WebError::Fields(faults)
}

fn look(path: &str, value: &Value, shape: Shape, faults: &mut Vec<FieldFault>) {
    let fields = match (shape, value) {
        (Shape::Text, Value::String(_)) | (Shape::Flag, Value::Bool(_)) => return,
        (Shape::Whole, Value::Number(number)) if number.is_i64() => return,
        (Shape::List(fields), Value::Array(rows)) => {
            for (at, row) in rows.iter().take(LINES_MAX).enumerate() {
                look(&format!("{path}[{at}]"), row, Shape::Object(fields), faults);
            }
            return;
        }
        (Shape::Object(fields), Value::Object(_)) => fields,
        (shape, _) => {
            let (zh, en) = match shape {
                Shape::Text => ("应是文字", "must be a text"),
                Shape::Whole => ("应是整数", "must be a whole number"),
                Shape::Flag => ("应是 true 或 false", "must be true or false"),
                Shape::Object(_) => ("应是对象", "must be an object"),
                Shape::List(_) => ("应是列表", "must be a list"),
            };
            faults.push(field_fault(path, "wrong_kind", zh, en));
            return;
        }
    };
    let object = value.as_object().into_iter().flatten();
    let place = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for (name, _) in object.filter(|(name, _)| !fields.iter().any(|(known, ..)| known == name)).take(LINES_MAX) {
        let shown: String = name.chars().take(40).collect();
        faults.push(field_fault(&place(&shown), "unknown_field", "没有这个字段", "there is no such field"));
    }
    for (name, shape, is_needed) in fields {
        match value.get(name) {
            None if *is_needed => faults.push(field_fault(&place(name), "cell_missing", "缺少", "is missing")),
            Some(Value::Null) if !is_needed && !matches!(shape, Shape::Flag) && *name != "tolerance" => {}
            None => {}
            Some(value) => look(&place(name), value, *shape, faults),
        }
    }
}

fn field_fault(field: &str, code: &str, zh: &str, en: &str) -> FieldFault {
    FieldFault { field: field.to_owned(), code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `field code` of each fault, sorted.
    fn faults(body: &str) -> Vec<String> {
        match read(body.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(WebError::Fields(faults)) => {
                let mut told: Vec<String> =
                    faults.iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect();
                told.sort();
                told
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_sound_body_is_read_and_a_faulty_one_tells_all_that_is_wrong() {
        let sound = r#"{"cycle":"261122","leader":"L01","resident":{"phone":" 138-0013-8000 "},"lines":[{"sku":"K1","qty":2}]}"#;
        let order = read(sound.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(order.person.phone.as_deref(), Some("13800138000"));
        assert_eq!(order.lines, [Wanted { sku_code: "K1".into(), qty: 2, tolerance: 0 }]);
        let faulty = r#"{"cycle":"a b","leader":"","resident":{"name":"王"},"chain_no":0,
            "lines":[{"sku":"K1","qty":0},{"sku":"K2","qty":10000,"tolerance":-1}],"remark":"a\u0000"}"#;
        assert_eq!(
            faults(faulty),
            [
                "chain_no too_small",
                "cycle not_a_code",
                "leader cell_missing",
                "lines[0].qty too_small",
                "lines[1].qty too_large",
                "lines[1].tolerance too_small",
                "remark nul",
                "resident cell_missing",
            ]
        );
    }

    #[test]
    fn a_misshapen_body_tells_all_that_is_wrong_too() {
        let body = r#"{"cycle":7,"price_fen":1,"resident":{"age":3},"lines":[{"sku":"K1","qty":1.5},{"qty":"2"},5]}"#;
        assert_eq!(
            faults(body),
            [
                "cycle wrong_kind",
                "leader cell_missing",
                "lines[0].qty wrong_kind",
                "lines[1].qty wrong_kind",
                "lines[1].sku cell_missing",
                "lines[2] wrong_kind",
                "price_fen unknown_field",
                "resident.age unknown_field",
            ]
        );
        assert_eq!(faults("{"), [" not_json"]);
        assert_eq!(
            faults(r#"{"cycle":"a","cycle":"b","leader":"l","resident":{"room":"1"},"lines":[]}"#),
            [" not_json"]
        );
    }
}
