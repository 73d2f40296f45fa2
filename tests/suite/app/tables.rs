//! Reads the tables out of the SQL of the migrations.

use tuan::store::migrations::expansions;

/// A table as `CREATE TABLE` words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Its first word after the name, such as `BIGINT`.
    pub kind: String,
    pub is_not_null: bool,
}

/// The tables of the migrations, in the order in which they are made.
pub fn all() -> Vec<Table> {
    parse(&expansions()[0])
}

/// The tables of a text of SQL: a column or constraint stands on a line of its own.
pub fn parse(sql: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut is_inside = false;
    for line in sql.lines() {
        if let Some(head) = line.strip_prefix("CREATE TABLE ") {
            let name = head.trim_end_matches(" (").to_owned();
            tables.push(Table { name, columns: Vec::new() });
            is_inside = true;
        } else if let Some((name, added)) =
            line.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" ADD COLUMN "))
        {
            let table = tables.iter_mut().find(|table| table.name == name).expect("a column is added to a known table");
            table.columns.extend(column(added));
        } else if line.starts_with(')') {
            is_inside = false;
        } else if is_inside && let Some(column) = column(line) {
            tables.last_mut().expect("a column stands inside a table").columns.push(column);
        }
    }
    tables
}

fn column(line: &str) -> Option<Column> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    if name.starts_with(|c: char| !c.is_ascii_lowercase()) {
        return None;
    }
    let kind = words.next()?.trim_end_matches(',').to_owned();
    Some(Column { name, kind, is_not_null: line.contains(" NOT NULL") })
}
