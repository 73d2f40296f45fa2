//! What a buyer watches while orders come: the totals, as they change, and the curve against earlier cycles.

use crate::domain::facts::Cycle;
use crate::domain::states::CycleState;
use crate::store::backend::Db;
use crate::web::errors::WebError;
use crate::web::pages::curve::{self, Curve};
use crate::web::pages::cycles::Sums;
use crate::web::pages::hours;
use crate::web::pages::totals::{self, Group};
use crate::web::site::Site;
use crate::web::words::{Lang, segment};

pub struct Live {
    /// None before orders are taken.
    pub sums: Option<Sums>,
    pub groups: Vec<Group>,
    pub curve: Option<Curve>,
    pub as_of: String,
    /// Where changes are told.
    pub events: String,
}

impl Live {
    pub fn read(site: &Site, db: &mut Db, cycle: &Cycle, lang: Lang) -> Result<Live, WebError> {
        let desk = site.desk();
        let events = format!("/api/v1/cycles/{}/totals/events", segment(&cycle.cycle_code));
        let as_of = desk.zone.minute(desk.now);
        if cycle.state != CycleState::Open {
            return Ok(Live { sums: None, groups: Vec::new(), curve: None, as_of, events });
        }
        let totals = site.intake.live.read(db, &cycle.cycle_code)?;
        let (own, earlier) = (hours::of_cycle(site, db, cycle)?, hours::of_earlier(db, cycle)?);
        let alike = hours::of_same_weekday(db, cycle)?;
        Ok(Live {
            sums: Some(Sums::of(&totals)),
            groups: totals::groups(db, &totals, lang)?,
            curve: curve::draw(cycle, &own, &earlier, alike.as_ref(), (desk.zone, lang)),
            as_of,
            events,
        })
    }
}
