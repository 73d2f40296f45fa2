//! What stands around every page: its language, the style sheet, the switch to the other language.

use crate::web::assets;
use crate::web::words::Lang;

/// What the frame of a page needs.
#[derive(Clone, Debug)]
pub struct Frame {
    pub lang: Lang,
    /// The page's own address, without its language.
    here: String,
}

impl Frame {
    pub fn new(lang: Lang, here: String) -> Frame {
        Frame { lang, here }
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
