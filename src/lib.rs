//! Tuan (团) turns a community group-buy's frozen orders into every sheet of the night.
//!
//! Folders are layers, file names are the stages of the day. Data enters by `web` or `cli`, passes `flow`, is decided
//! by `domain`, kept by `store`, and leaves by `sheets`:
//!
//! | of the day | decided in | performed by | printed by |
//! |---|---|---|---|
//! | orders come in | [`domain::window`] | [`flow::import_orders`] from [`imports::orders`] | |
//! | 截单 freeze | [`domain::slots`], [`domain::checksum`] | [`flow::cutoff`] | |
//! | 采购 buying | [`domain::threshold`], [`domain::case_rounding`], [`domain::procurement`] | [`flow::procure`], [`flow::edit_plan`] | `sheets`: procurement summary, purchase order |
//! | 收货 receiving | | [`flow::receive_goods`] | `sheets`: receiving sheet |
//! | 分配 allocation | [`domain::allocation`], [`domain::reallocation`], [`domain::refunds`] | [`flow::allocate_goods`] | `sheets`: shortage notice, pick lists, sowing sort, pickup list |
//! | 改单 corrections | [`domain::register`] | [`flow::correct_orders`] | `sheets`: difference sheet |
//! | 派车 dispatch | [`domain::dispatching`], [`domain::routing`] | [`flow::dispatch_trips`] | `sheets`: dispatch sheet |
//!
//! [`check`] audits the books with its own SQL and code. [`domain::book::Book`] is a frozen cycle in memory: steps
//! decide on it and sheets print from it.

pub mod check;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flow;
pub mod imports;
pub mod mail;
pub mod outside;
pub mod sheets;
pub mod store;
pub mod web;
pub mod work;
