//! Everything that touches a database, a file or the real command: each test on its own fresh database.
//!
//! SQLite by default; PostgreSQL where `TUAN_TEST_DATABASE` names a server (`scripts/postgres run -- cargo test`).

mod app;
mod architecture;
mod backup;
mod browser;
mod check;
mod faults;
mod fuzz;
mod ground;
mod imports;
mod intake;
mod mail;
mod migrations;
mod roads;
mod sheets;
mod stories;
mod web;
mod work;
mod workbooks;
