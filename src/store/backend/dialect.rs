//! The four tokens of a migration, expanded for each database.

/// Which SQL a migration is expanded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub fn id(self) -> &'static str {
        match self {
            Dialect::Sqlite => "INTEGER NOT NULL PRIMARY KEY",
            Dialect::Postgres => "BIGINT NOT NULL PRIMARY KEY",
        }
    }

    pub fn clustered(self) -> &'static str {
        match self {
            Dialect::Sqlite => "WITHOUT ROWID",
            Dialect::Postgres => "",
        }
    }

    pub fn text_c(self) -> &'static str {
        match self {
            Dialect::Sqlite => "COLLATE BINARY",
            Dialect::Postgres => "COLLATE \"C\"",
        }
    }

    /// A trigger that refuses UPDATE and DELETE on `table`.
    pub fn append_only(self, table: &str) -> String {
        match self {
            Dialect::Sqlite => ["UPDATE", "DELETE"]
                .map(|act| {
                    let name = act.to_lowercase();
                    format!(
                        "CREATE TRIGGER {table}_refuses_{name} BEFORE {act} ON {table} \
                         BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
                    )
                })
                .join("\n"),
            Dialect::Postgres => format!(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;\n\
                 CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION refuse_change();"
            ),
        }
    }
}
