//! What stands around every page: its language, the style sheet, the switch to the other language.

use crate::domain::access::Operation;
use crate::domain::time::Zone;
use crate::web::assets;
use crate::web::caller::Visitor;
use crate::web::words::Lang;

/// The pages that a person may open: address, name, and the operation that opens it.
const PLACES: &[(&str, &str, &str, Operation)] = &[
    ("/leader", "提货点", "Point", Operation::ShowDay),
    ("/buyer", "采购", "Buyer", Operation::ShowBuyer),
    ("/warehouse", "仓库", "Warehouse", Operation::ShowWarehouse),
    ("/", "团期", "Cycles", Operation::ListCycles),
    ("/admin", "管理", "Admin", Operation::ShowAdmin),
];

/// A page that a person may open.
pub struct Place {
    pub address: String,
    pub name: &'static str,
    /// Whether this page is one of its own.
    pub is_here: bool,
}

/// What the frame of a page needs.
#[derive(Clone, Debug)]
pub struct Frame {
    pub lang: Lang,
    /// The page's own address, without its language.
    here: String,
    visitor: Visitor,
    ends_soon: Option<String>,
}

impl Frame {
    pub fn new(lang: Lang, here: String) -> Frame {
        Frame { lang, here, visitor: Visitor::default(), ends_soon: None }
    }

    /// The same frame for someone who signed in.
    pub fn seen_by(self, visitor: Visitor, zone: Zone) -> Frame {
        let ends_soon = visitor.ends_soon.map(|at| zone.minute(at));
        Frame { visitor, ends_soon, ..self }
    }

    /// The name of someone who signed in.
    pub fn name(&self) -> Option<&str> {
        self.visitor.name.as_deref()
    }

    /// What this person may open; nothing where there is but one page.
    pub fn places(&self) -> Vec<Place> {
        let may = |operation: &Operation| operation.widest(&self.visitor.roles).is_some();
        let own = PLACES.iter().filter(|(_, _, _, operation)| may(operation));
        let is_below = |address: &str| match address {
            "/" => self.here == "/" || self.here.starts_with("/cycles"),
            _ => self.here.starts_with(address),
        };
        let place = |&(address, zh, en, _): &(&'static str, &'static str, &'static str, Operation)| Place {
            address: self.to(address),
            name: self.lang.say(zh, en),
            is_here: is_below(address),
        };
        let places: Vec<Place> = own.map(place).collect();
        if places.len() > 1 { places } else { Vec::new() }
    }

    /// What every form of the page brings back in its field `csrf`.
    pub fn csrf(&self) -> &str {
        &self.visitor.csrf
    }

    /// When the session ends, where that is near.
    pub fn ends_soon(&self) -> Option<&str> {
        self.ends_soon.as_deref()
    }

    pub fn style(&self) -> &'static str {
        assets::style()
    }

    pub fn icon(&self) -> &'static str {
        assets::icon()
    }

    /// This page in the other language.
    pub fn other(&self) -> String {
        match self.lang {
            Lang::Zh => Lang::En.to(&self.here),
            Lang::En => self.here.clone(),
        }
    }

    pub fn desk_style(&self) -> &'static str {
        assets::desk_style()
    }

    pub fn desk_script(&self) -> &'static str {
        assets::desk_script()
    }

    pub fn is_english(&self) -> bool {
        self.lang == Lang::En
    }

    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.say(zh, en)
    }

    pub fn to(&self, address: &str) -> String {
        self.lang.to(address)
    }
}
