//! Many rows in one statement on PostgreSQL: each column is bound as one array. A statement of many rows of values has a
//! parameter for each cell, and a few sizes of it must do for all.

use diesel::PgConnection;
use diesel::result::QueryResult;

/// Runs `$body` with `$conn` as the connection where it is PostgreSQL; nothing elsewhere.
macro_rules! on_postgres {
    ($db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::store::backend::Db::Sqlite(_) => None,
            $crate::store::backend::Db::Postgres($conn) => Some($body),
        }
    };
}
pub(crate) use on_postgres;

/// Rows that PostgreSQL takes column by column.
pub trait InColumns: Sized {
    /// Inserts rows; with `or_nothing` those whose key is taken are left out. Returns how many were inserted.
    fn insert_columns(conn: &mut PgConnection, rows: &[Self], or_nothing: bool) -> QueryResult<usize>;
}

/// Says the columns of a table for a row whose fields are named like them.
macro_rules! in_columns {
    ($row:ty => $table:ident { $($column:ident: $sql:ty),+ $(,)? }) => {
        impl $crate::store::backend::InColumns for $row {
            fn insert_columns(
                conn: &mut diesel::PgConnection,
                rows: &[Self],
                or_nothing: bool,
            ) -> diesel::QueryResult<usize> {
                use diesel::RunQueryDsl;
                if rows.is_empty() {
                    return Ok(0);
                }
                let columns = [$(stringify!($column)),+];
                let marks: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
                let sql = format!(
                    "INSERT INTO {} ({}) SELECT * FROM unnest({}){}",
                    stringify!($table),
                    columns.join(", "),
                    marks.join(", "),
                    if or_nothing { " ON CONFLICT DO NOTHING" } else { "" },
                );
                diesel::sql_query(sql)
                    $(.bind::<diesel::sql_types::Array<$sql>, _>(
                        rows.iter().map(|row| row.$column.clone()).collect::<Vec<_>>(),
                    ))+
                    .execute(conn)
            }
        }
    };
}
pub(crate) use in_columns;

/// Inserts a slice of rows that have [`InColumns`], as `insert_rows` does.
macro_rules! insert_many {
    ($db:expr, $table:expr, $rows:expr) => {
        $crate::store::backend::insert_many!(@either $db, $rows, false, conn =>
            $crate::store::backend::insert_rows!(@chunks conn, $rows, chunk => diesel::insert_into($table).values(chunk)))
            .map(|_| ())
    };
    ($db:expr, $table:expr, $rows:expr, or_nothing) => {
        $crate::store::backend::insert_many!(@either $db, $rows, true, conn =>
            $crate::store::backend::insert_rows!(@chunks conn, $rows, chunk =>
                diesel::insert_into($table).values(chunk).on_conflict_do_nothing()))
    };
    (@either $db:expr, $rows:expr, $or_nothing:literal, $conn:ident => $chunks:expr) => {
        match $db {
            $crate::store::backend::Db::Sqlite($conn) => $chunks,
            $crate::store::backend::Db::Postgres(conn) => {
                $crate::store::backend::InColumns::insert_columns(conn, $rows, $or_nothing)
            }
        }
    };
}
pub(crate) use insert_many;
