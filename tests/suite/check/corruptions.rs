//! Reads the ways to spoil a day's books from `corruptions.sql`.

/// A change behind the back of the house.
#[derive(Debug)]
pub struct Corruption {
    /// What happened, in words.
    pub name: &'static str,
    /// The tables it changes.
    pub touches: Vec<&'static str>,
    pub sql: &'static str,
    /// The rule that must notice, and the table it must point to.
    pub rule: &'static str,
    pub table: &'static str,
}

/// All of them, in the order of the file.
pub fn all() -> Vec<Corruption> {
    include_str!("corruptions.sql").split("\n--- ").skip(1).map(read).collect()
}

fn read(text: &'static str) -> Corruption {
    let (name, rest) = text.split_once('\n').expect("a name of its own line");
    let (head, sql) = rest.split_once('\n').expect("a head before the SQL");
    let (touches, found) = head.trim_start_matches("-- ").split_once(" -> ").expect("tables, then the rule");
    let (rule, table) = found.split_once(" in ").expect("a rule in a table");
    Corruption { name, touches: touches.split(", ").collect(), sql, rule, table }
}
