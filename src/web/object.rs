//! Objects of JSON that stand as objects: serde would also take a list for an object's values in their order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A value that must stand as an object.
#[derive(Debug)]
pub struct Object<T>(pub T);

struct OfMap<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<T>, D::Error> {
        from.deserialize_map(OfMap(PhantomData)).map(Object)
    }
}

/// For a field that is an object.
pub fn one<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Object::deserialize(from).map(|object| object.0)
}

/// For a field that is a list of objects.
pub fn many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    let objects: Vec<Object<T>> = Deserialize::deserialize(from)?;
    Ok(objects.into_iter().map(|object| object.0).collect())
}

/// For a field that is a list of objects, or is not there.
pub fn many_if_any<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Vec<T>>, D::Error> {
    let objects: Option<Vec<Object<T>>> = Deserialize::deserialize(from)?;
    Ok(objects.map(|objects| objects.into_iter().map(|object| object.0).collect()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "whether it is taken is all that counts")]
    struct Line {
        sku: String,
        qty: i64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "whether it is taken is all that counts")]
    struct Order {
        #[serde(deserialize_with = "one")]
        first: Line,
        #[serde(deserialize_with = "many")]
        lines: Vec<Line>,
        #[serde(default, deserialize_with = "many_if_any")]
        more: Option<Vec<Line>>,
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        let line = r#"{"sku":"K1","qty":1}"#;
        let check = |text: String, want: bool| {
            assert_eq!(serde_json::from_str::<Object<Order>>(&text).is_ok(), want, "{text}");
        };
        check(format!(r#"{{"first":{line},"lines":[{line},{line}]}}"#), true);
        check(format!(r#"{{"first":{line},"lines":[],"more":[{line}]}}"#), true);
        check(format!(r#"{{"first":{line},"lines":[],"more":null}}"#), true);
        check(r#"{"first":["K1",1],"lines":[]}"#.to_owned(), false);
        check(format!(r#"{{"first":{line},"lines":[["K1",1]]}}"#), false);
        check(format!(r#"{{"first":{line},"lines":[],"more":[["K1",1]]}}"#), false);
        check(format!("[{line},[]]"), false);
        check(format!(r#"{{"first":{line},"lines":[],"x":1}}"#), false);
    }
}
