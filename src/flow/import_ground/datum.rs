//! Whether a file's datum is what it was said to be, as far as the districts can tell.

use std::path::Path;

use serde_json::{Value, json};

use crate::domain::coordinates::{Datum, Place};
use crate::domain::geography::datum_check::Reading as Way;
use crate::domain::geography::datum_check::{self, Evidence, NamedPair};
use crate::domain::geography::districts::Districts;
use crate::flow::import_file::{Reading, read_file_turned};
use crate::flow::{Desk, FlowError};
use crate::imports::Kind;
use crate::imports::fault::{Fault, FaultKind};

/// What whoever brings a file says of its datum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenDatum {
    /// Of rows that name none themselves.
    pub datum: Option<Datum>,
    /// Whether it is certain, so that a file which looks like another is taken all the same.
    pub is_trusted: bool,
}

/// What the districts say of a file's datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatumCheck {
    /// Nothing: none are known, or for a file of districts no places.
    NothingToCompare,
    /// Nothing: no row names one that is known.
    NothingNamed,
    /// How many places lie in the district that they name, for each datum the file has.
    Weighed(Vec<Evidence>),
}

impl DatumCheck {
    /// One line in both languages.
    pub fn told(&self) -> String {
        match self {
            DatumCheck::NothingToCompare => {
                "坐标系没有核对：没有可比的区县或地点（the datum was not checked: no districts or places to compare）"
                    .into()
            }
            DatumCheck::NothingNamed => {
                "坐标系没有核对：没有一行写明已知的区县（the datum was not checked: no row names a known district）"
                    .into()
            }
            DatumCheck::Weighed(evidence) => {
                let one = |e: &Evidence| {
                    let (name, hit, named) = (e.given.name(), e.hit(e.given), e.named());
                    format!("{name}：{named} 个写明归属，{hit} 个落在其中（{hit} of {named} lie where they say）")
                };
                format!("坐标系已核对 datum checked，{}", evidence.iter().map(one).collect::<Vec<_>>().join("；"))
            }
        }
    }

    /// For machines: whether it was checked, and the counts by datum.
    pub fn json(&self) -> Value {
        let DatumCheck::Weighed(evidence) = self else { return json!({ "checked": false }) };
        let counts = |e: &Evidence| {
            json!({
                "datum": e.given.datum.code(), "named": e.named(), "hit": e.hit(e.given),
                "hit_as": Way::ALL.map(|way| json!({
                    "datum": way.datum.code(), "swapped": way.is_swapped, "hit": e.hit(way),
                })),
            })
        };
        json!({ "checked": true, "counts": evidence.iter().map(counts).collect::<Vec<_>>() })
    }
}

/// A row's place and the district that it names.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub place: Place,
    pub district: usize,
}

/// Weighs what the rows of a file claim and notes a fault of the whole file where it looks like another datum, or like
/// one with longitude and latitude exchanged.
///
/// # Errors
/// The file could not be read a second time, with its columns exchanged.
pub fn weigh<K, D>(
    desk: &Desk,
    path: &Path,
    given: GivenDatum,
    districts: &Districts,
    reading: &mut Reading<D>,
    claim: impl Fn(&D) -> Option<Claim>,
) -> Result<DatumCheck, FlowError>
where
    K: for<'r> Kind<Draft<'r> = D>,
{
    if districts.is_empty() {
        return Ok(DatumCheck::NothingToCompare);
    }
    let swapped = reading.faults.kept().iter().filter(|fault| fault.kind == FaultKind::CoordinatesSwapped).count();
    let looks_turned = swapped > 0 && swapped >= reading.drafts.len();
    let claims = if looks_turned {
        let turned = read_file_turned::<K, D>(desk, path, given.datum)?;
        claims_of(&turned.drafts, &claim)
    } else {
        claims_of(&reading.drafts, &claim)
    };
    let evidence = weigh_claims(districts, &claims, looks_turned);
    if evidence.is_empty() {
        return Ok(DatumCheck::NothingNamed);
    }
    for one in &evidence {
        refuse_other(reading, one, given);
    }
    Ok(DatumCheck::Weighed(evidence))
}

/// What the rows claim.
fn claims_of<D>(drafts: &[D], claim: impl Fn(&D) -> Option<Claim>) -> Vec<Claim> {
    drafts.iter().filter_map(claim).collect()
}

/// The evidence for each datum that the rows have. Where the file was read with its columns exchanged, the pairs are
/// put back as they stand in it.
fn weigh_claims(districts: &Districts, claims: &[Claim], is_turned: bool) -> Vec<Evidence> {
    let of = |datum: Datum| {
        let pairs: Vec<NamedPair> = claims
            .iter()
            .filter(|claim| claim.place.given_datum == datum)
            .map(|claim| {
                let (x, y) = claim.place.given();
                let (longitude, latitude) = if is_turned { (y, x) } else { (x, y) };
                NamedPair { longitude, latitude, district: claim.district }
            })
            .collect();
        let given = Way { datum, is_swapped: false };
        (!pairs.is_empty()).then(|| datum_check::weigh(districts, given, &pairs))
    };
    Datum::ALL.iter().filter_map(|datum| of(*datum)).collect()
}

/// Notes that the file looks like another, unless its datum is certain.
pub fn refuse_other<D>(reading: &mut Reading<D>, evidence: &Evidence, given: GivenDatum) {
    let Some(other) = evidence.looks_like().filter(|_| !given.is_trusted) else { return };
    let detail = format!("{}（{}）", other.name(), evidence.told(other));
    let fault = Fault::new(&reading.file, 0, FaultKind::LooksLikeOtherDatum);
    reading.faults.push(fault.cell("datum", evidence.given.datum.code()).detail(detail));
}
