//! What stands around every page: its language, the style sheet, the switch to the other language.

use crate::domain::time::Zone;
use crate::web::assets;
use crate::web::caller::Visitor;
use crate::web::words::Lang;

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

    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.say(zh, en)
    }

    pub fn to(&self, address: &str) -> String {
        self.lang.to(address)
    }
}
