//! Who the orders of a book are for.

use crate::domain::texts::Texts;

/// A person as they named themselves on an order. Erased fields are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person<'a> {
    pub building: &'a str,
    pub unit_no: &'a str,
    pub room: &'a str,
    pub name: &'a str,
    pub nickname: &'a str,
    pub phone: &'a str,
    /// What they wrote on the order; nothing once they were erased.
    pub remark: &'a str,
    /// Whether the person's data was erased: sheets then say 已删除.
    pub is_erased: bool,
}

impl Person<'_> {
    /// Building, unit and room in one: `3-2-1502`, `3栋2单元1502`. Empty without a room or building.
    pub fn address(&self) -> String {
        let mut address = String::new();
        for part in [self.building, self.unit_no, self.room] {
            let joins = |text: &str| text.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
            if !part.is_empty() && joins(&address) {
                address.push('-');
            }
            address.push_str(part);
        }
        address
    }
}

/// The people of a book, one an order in the order of the orders. A person's texts lie side by side: sheets go from
/// point to point, and what is read together should come from memory together.
#[derive(Clone, Debug, Default)]
pub struct People {
    texts: Texts,
    pub is_erased: Vec<bool>,
}

const TEXTS: usize = 7;

impl People {
    pub fn push(&mut self, person: &Person<'_>) {
        let Person { building, unit_no, room, name, nickname, phone, remark, is_erased } = *person;
        for text in [building, unit_no, room, name, nickname, phone, remark] {
            self.texts.push(text);
        }
        self.is_erased.push(is_erased);
    }

    /// Adds the people of other orders behind its own.
    pub fn append(&mut self, behind: People) {
        self.texts.append(&behind.texts);
        self.is_erased.extend(behind.is_erased);
    }

    /// Who an order is for. Nobody where the book was loaded without people.
    pub fn of_order(&self, order_ix: u32) -> Person<'_> {
        let Some(&is_erased) = self.is_erased.get(order_ix as usize) else { return Person::default() };
        let [building, unit_no, room, name, nickname, phone, remark] = self.texts.run(order_ix as usize * TEXTS);
        let remark = if is_erased { "" } else { remark };
        Person { building, unit_no, room, name, nickname, phone, remark, is_erased }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_back_as_they_went_in() {
        let fang = Person { building: "3", room: "1502", name: "王小芳", remark: "放门口", ..Person::default() };
        let erased = Person { is_erased: true, ..Person::default() };
        let mut people = People::default();
        [erased, fang, erased].iter().for_each(|person| people.push(person));
        let back: Vec<Person<'_>> = (0..4).map(|order_ix| people.of_order(order_ix)).collect();
        assert_eq!(back, [erased, fang, erased, Person::default()]);
    }
}
