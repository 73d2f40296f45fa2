//! Brings a database to this binary's schema, with one set of migrations for both databases.
//!
//! The files under `migrations/` are written in a small neutral dialect; [`expand`] turns its four tokens into
//! either database's words and changes nothing else.

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion};
use diesel_migrations::MigrationHarness;

use crate::store::backend::{Db, Dialect, StoreError};

/// Every migration, oldest first: (name, up, down). Applied ones are never edited.
const MIGRATIONS: &[(&str, &str, &str)] = &[
    (
        "20261123-0900_create_day",
        include_str!("../../migrations/20261123-0900_create_day/up.sql"),
        include_str!("../../migrations/20261123-0900_create_day/down.sql"),
    ),
    (
        "20261123-1000_take_orders",
        include_str!("../../migrations/20261123-1000_take_orders/up.sql"),
        include_str!("../../migrations/20261123-1000_take_orders/down.sql"),
    ),
    (
        "20261123-1010_admit_people",
        include_str!("../../migrations/20261123-1010_admit_people/up.sql"),
        include_str!("../../migrations/20261123-1010_admit_people/down.sql"),
    ),
    (
        "20261123-1020_send_mail",
        include_str!("../../migrations/20261123-1020_send_mail/up.sql"),
        include_str!("../../migrations/20261123-1020_send_mail/down.sql"),
    ),
    (
        "20261123-1100_hand_over_goods",
        include_str!("../../migrations/20261123-1100_hand_over_goods/up.sql"),
        include_str!("../../migrations/20261123-1100_hand_over_goods/down.sql"),
    ),
    (
        "20261123-1110_dispute_pickups",
        include_str!("../../migrations/20261123-1110_dispute_pickups/up.sql"),
        include_str!("../../migrations/20261123-1110_dispute_pickups/down.sql"),
    ),
    (
        "20261123-1120_answer_purchases",
        include_str!("../../migrations/20261123-1120_answer_purchases/up.sql"),
        include_str!("../../migrations/20261123-1120_answer_purchases/down.sql"),
    ),
    (
        "20261123-1130_note_paper",
        include_str!("../../migrations/20261123-1130_note_paper/up.sql"),
        include_str!("../../migrations/20261123-1130_note_paper/down.sql"),
    ),
    (
        "20261123-1140_join_households",
        include_str!("../../migrations/20261123-1140_join_households/up.sql"),
        include_str!("../../migrations/20261123-1140_join_households/down.sql"),
    ),
    (
        "20261123-1160_time_refunds",
        include_str!("../../migrations/20261123-1160_time_refunds/up.sql"),
        include_str!("../../migrations/20261123-1160_time_refunds/down.sql"),
    ),
    (
        "20261123-1170_find_documents",
        include_str!("../../migrations/20261123-1170_find_documents/up.sql"),
        include_str!("../../migrations/20261123-1170_find_documents/down.sql"),
    ),
    (
        "20261123-1180_stand_in_for_leaders",
        include_str!("../../migrations/20261123-1180_stand_in_for_leaders/up.sql"),
        include_str!("../../migrations/20261123-1180_stand_in_for_leaders/down.sql"),
    ),
    (
        "20261123-1210_map_places",
        include_str!("../../migrations/20261123-1210_map_places/up.sql"),
        include_str!("../../migrations/20261123-1210_map_places/down.sql"),
    ),
    (
        "20261124-0010_plan_routes",
        include_str!("../../migrations/20261124-0010_plan_routes/up.sql"),
        include_str!("../../migrations/20261124-0010_plan_routes/down.sql"),
    ),
    (
        "20261124-0020_weigh_goods",
        include_str!("../../migrations/20261124-0020_weigh_goods/up.sql"),
        include_str!("../../migrations/20261124-0020_weigh_goods/down.sql"),
    ),
    (
        "20261124-0030_drive_the_road",
        include_str!("../../migrations/20261124-0030_drive_the_road/up.sql"),
        include_str!("../../migrations/20261124-0030_drive_the_road/down.sql"),
    ),
    (
        "20261124-0040_keep_photos",
        include_str!("../../migrations/20261124-0040_keep_photos/up.sql"),
        include_str!("../../migrations/20261124-0040_keep_photos/down.sql"),
    ),
    (
        "20261124-0070_post_losses",
        include_str!("../../migrations/20261124-0070_post_losses/up.sql"),
        include_str!("../../migrations/20261124-0070_post_losses/down.sql"),
    ),
];

/// Runs what is pending, each migration in a transaction of its own.
///
/// # Errors
/// Refuses a database that a newer binary has migrated, and passes on what the database says.
pub fn migrate(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(conn) => run(conn, Dialect::Sqlite),
        Db::Postgres(conn) => run(conn, Dialect::Postgres),
    }
}

/// The versions this binary knows, oldest first: `202611230900`.
pub fn versions() -> Vec<String> {
    MIGRATIONS.iter().map(|(name, _, _)| version_of(name)).collect()
}

/// Brings a database that holds nothing to the schema of an earlier version, or of this one. Unlike [`migrate`] it may
/// stand inside of a transaction.
///
/// # Errors
/// What the database says.
pub fn rebuild_at(db: &mut Db, version: &str) -> Result<(), StoreError> {
    fn rebuild<DB: Backend, C: MigrationHarness<DB>>(
        conn: &mut C,
        dialect: Dialect,
        version: &str,
    ) -> diesel::migration::Result<()> {
        conn.revert_all_migrations(Neutral { dialect })?;
        for step in conn.pending_migrations(Neutral { dialect })? {
            if step.name().version().to_string().as_str() <= version {
                conn.run_migration(&*step)?;
            }
        }
        Ok(())
    }
    match db {
        Db::Sqlite(conn) => rebuild(conn, Dialect::Sqlite, version),
        Db::Postgres(conn) => rebuild(conn, Dialect::Postgres, version),
    }
    .map_err(StoreError::migration)
}

/// Takes every table away and makes them anew: the database is empty afterwards.
///
/// # Errors
/// What the database says.
pub fn reset(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(conn) => conn.revert_all_migrations(Neutral { dialect: Dialect::Sqlite }).map(|_| ()),
        Db::Postgres(conn) => conn.revert_all_migrations(Neutral { dialect: Dialect::Postgres }).map(|_| ()),
    }
    .map_err(StoreError::migration)?;
    migrate(db)
}

fn run<DB, C>(conn: &mut C, dialect: Dialect) -> Result<(), StoreError>
where
    DB: Backend,
    C: MigrationHarness<DB>,
{
    let known = versions();
    let applied = conn.applied_migrations().map_err(StoreError::migration)?;
    if let Some(newer) = applied.iter().map(ToString::to_string).find(|version| !known.contains(version)) {
        return Err(StoreError::NewerSchema { version: newer });
    }
    conn.run_pending_migrations(Neutral { dialect }).map_err(StoreError::migration)?;
    Ok(())
}

fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or(name).replace('-', "")
}

/// The migration set in one database's words.
struct Neutral {
    dialect: Dialect,
}

impl<DB: Backend> MigrationSource<DB> for Neutral {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<DB>>>> {
        let step = |&(name, up, down): &(&'static str, &str, &str)| -> Box<dyn Migration<DB>> {
            Box::new(Step { name: Name(name), up: expand(up, self.dialect), down: expand(down, self.dialect) })
        };
        Ok(MIGRATIONS.iter().map(step).collect())
    }
}

struct Step {
    name: Name,
    up: String,
    down: String,
}

struct Name(&'static str);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl MigrationName for Name {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(version_of(self.0))
    }
}

struct InTransaction;

impl MigrationMetadata for InTransaction {}

impl<DB: Backend> Migration<DB> for Step {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        Ok(conn.batch_execute(&self.up)?)
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        Ok(conn.batch_execute(&self.down)?)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &InTransaction
    }

    fn name(&self) -> &dyn MigrationName {
        &self.name
    }
}

/// A migration file in the words of one database.
///
/// `{{id}}`, `{{clustered}}`, `{{text_c}}` and `{{append_only TABLE}}` are the only tokens.
pub fn expand(neutral: &str, dialect: Dialect) -> String {
    let mut sql = neutral
        .replace("{{id}}", dialect.id())
        .replace("{{clustered}}", dialect.clustered())
        .replace("{{text_c}}", dialect.text_c());
    while let Some(start) = sql.find("{{append_only ") {
        let end = start + sql[start..].find("}}").expect("a token of a migration is closed");
        let table = sql[start + "{{append_only ".len()..end].trim().to_owned();
        sql.replace_range(start..end + 2, &dialect.append_only(&table));
    }
    sql
}

/// Both expansions of the whole set, for the test that compares them.
pub fn expansions() -> [String; 2] {
    [Dialect::Sqlite, Dialect::Postgres]
        .map(|dialect| MIGRATIONS.iter().map(|(_, up, _)| expand(up, dialect)).collect::<Vec<_>>().join("\n"))
}
