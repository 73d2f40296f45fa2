//! 在路上: where each trip stands, stops that go over to another truck, and the differences that wait for a word.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::access::Operation;
use crate::domain::discrepancy::{Hop, LiableParty, Problem, Remedy};
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::road::TripStage;
use crate::store::backend::Db;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::differences::{Difference, SuggestedSwap, differences};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::{Head, frame, head, may};
use crate::web::rounds::{Round, Stop, rounds};
use crate::web::site::Site;
use crate::web::words::{Lang, yuan};

#[derive(Template)]
#[template(path = "pages/warehouse/road.html")]
struct RoadPage {
    frame: Frame,
    head: Head,
    is_dispatched: bool,
    trips: Vec<TripRow>,
    differences: Vec<DifferenceRow>,
    open: usize,
    swaps: Vec<SuggestedSwap>,
    /// What is due, by party.
    due: Vec<(String, String)>,
    can_move: bool,
    can_decide: bool,
    parties: Vec<(&'static str, &'static str)>,
}

struct TripRow {
    trip_no: String,
    route: String,
    plate: String,
    driver: String,
    stage: &'static str,
    stage_words: &'static str,
    stage_at: String,
    done: usize,
    of: usize,
    /// What is to be looked at: left unsigned, arrived, taken over.
    stops: Vec<StopRow>,
    /// The other trips, to which its stops may go.
    others: Vec<(String, String)>,
    may_move: bool,
}

struct StopRow {
    stop_seq: u32,
    point: String,
    words: String,
    is_done: bool,
    is_left: bool,
    photos: Vec<String>,
}

struct DifferenceRow {
    id: String,
    hop: &'static str,
    place: String,
    goods: String,
    problem: &'static str,
    given: i64,
    found: i64,
    qty: i64,
    open: u64,
    liable: &'static str,
    word: Option<String>,
}

/// `GET /warehouse/{code}/road`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, &caller, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<RoadPage, WebError> {
    let (head, row) = head(site, db, code, "/road", lang)?;
    let cycle: Cycle = row.card();
    let trips = rounds(site, db, &cycle, None)?;
    let (found, swaps) = if trips.is_empty() { Default::default() } else { differences(site, db, &cycle)? };
    let others: Vec<(String, String)> =
        trips.iter().filter(|trip| trip.plate.is_some()).map(|trip| (trip.trip_no.clone(), trip_words(trip))).collect();
    Ok(RoadPage {
        frame: frame(site, visitor, code, "/road", lang),
        is_dispatched: !trips.is_empty(),
        open: found.iter().filter(|one| one.open_qty > 0).count(),
        due: due(&found, lang),
        differences: found.iter().map(|one| difference_row(one, lang)).collect(),
        trips: trips.iter().map(|trip| trip_row(trip, &others, lang)).collect(),
        swaps,
        can_move: may(caller, Operation::MoveStops),
        can_decide: may(caller, Operation::DecideDiscrepancy),
        parties: LiableParty::ALL.iter().map(|party| (party.code(), lang.say(party.zh(), party.code()))).collect(),
        head,
    })
}

fn trip_words(trip: &Round) -> String {
    let plate = trip.plate.as_deref().unwrap_or("–");
    format!("{} {plate}", trip.route)
}

fn clock(at: &str) -> String {
    at.get(11..16).unwrap_or_default().to_owned()
}

fn trip_row(trip: &Round, others: &[(String, String)], lang: Lang) -> TripRow {
    let stage = TripStage::parse(trip.stage).unwrap_or(TripStage::Planned);
    let done = trip.done();
    TripRow {
        trip_no: trip.trip_no.clone(),
        route: trip.route.clone(),
        plate: trip.plate.clone().unwrap_or_else(|| lang.say("未派", "none").to_owned()),
        driver: [trip.driver.as_deref(), trip.phone.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "),
        stage: trip.stage,
        stage_words: lang.say(stage.zh(), stage.code()),
        stage_at: trip.stage_at.as_deref().map(clock).unwrap_or_default(),
        done,
        of: trip.stops.len(),
        stops: trip.stops.iter().map(|stop| stop_row(stop, lang)).collect(),
        others: others.iter().filter(|(trip_no, _)| *trip_no != trip.trip_no).cloned().collect(),
        may_move: done < trip.stops.len(),
    }
}

fn stop_row(stop: &Stop, lang: Lang) -> StopRow {
    let mut words = match &stop.end {
        Some(end) if end.act == "left" => format!("{} {}", lang.say("无人签收", "left"), clock(&end.at)),
        Some(end) => {
            let signed = end.received_by.as_deref().unwrap_or_default();
            format!("✓ {} {} → {signed}", clock(&end.at), end.handed_by)
        }
        None => match &stop.arrived_at {
            Some(at) => format!("{} {}", lang.say("已到达", "arrived"), clock(at)),
            None => lang.say("未到", "to come").to_owned(),
        },
    };
    if let Some(from) = &stop.moved_from {
        words += &format!(" · {} {from}", lang.say("转自", "from"));
    }
    StopRow {
        stop_seq: stop.stop_seq,
        point: stop.point.clone(),
        words,
        is_done: stop.end.is_some(),
        is_left: stop.end.as_ref().is_some_and(|end| end.act == "left"),
        photos: stop.end.as_ref().map(|end| end.photos.clone()).unwrap_or_default(),
    }
}

fn difference_row(one: &Difference, lang: Lang) -> DifferenceRow {
    let say = |zh: Option<&'static str>, code: Option<&'static str>| lang.say(zh.unwrap_or("–"), code.unwrap_or("–"));
    let (hop, problem) = (Hop::parse(&one.hop), Problem::parse(&one.problem));
    let party = |code: &str| {
        let party = LiableParty::parse(code);
        say(party.map(LiableParty::zh), party.map(LiableParty::code))
    };
    let word = one.word.as_ref().map(|word| {
        let remedy = Remedy::parse(&word.remedy);
        let mut words = format!(
            "{} · {} · {}",
            say(remedy.map(Remedy::zh), remedy.map(Remedy::code)),
            word.qty,
            party(&word.liable_party)
        );
        if word.amount_fen > 0 {
            words += &format!(" · ¥{}", yuan(Fen(word.amount_fen)));
        }
        word.reason.iter().for_each(|reason| words += &format!(" · {reason}"));
        words
    });
    DifferenceRow {
        id: one.id.clone(),
        hop: say(hop.map(Hop::zh), hop.map(Hop::code)),
        place: one.point.clone().unwrap_or_else(|| one.warehouse_code.clone()),
        goods: one.sku_name.clone(),
        problem: say(problem.map(Problem::zh), problem.map(Problem::code)),
        given: one.given_qty,
        found: one.found_qty,
        qty: one.found_qty - one.given_qty,
        open: one.open_qty,
        liable: party(&one.liable_party),
        word,
    }
}

/// What is due from each party for what was decided.
fn due(found: &[Difference], lang: Lang) -> Vec<(String, String)> {
    let of = |party: &LiableParty| {
        let words = found.iter().filter_map(|one| one.word.as_ref()).filter(|word| word.liable_party == party.code());
        let sum: i64 = words.map(|word| word.amount_fen).sum();
        (sum > 0).then(|| (lang.say(party.zh(), party.code()).to_owned(), yuan(Fen(sum))))
    };
    LiableParty::ALL.iter().filter_map(of).collect()
}
