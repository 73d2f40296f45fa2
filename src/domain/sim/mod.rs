//! Whole cycles by chance: random offers, orders, stock, deliveries, recounts, corrections, pins, sowing, loading,
//! handing over and refunds, held after each step against DOMAIN 3.9 and against a small, deliberately naive model.
//!
//! `SEEDS=5000 cargo test sim` plays seeds 0–4999, `SEEDS=77..78` only 77. A failure prints its seed.

mod books;
mod chance;
mod model;
mod steps;
mod world;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use chance::Chance;
use world::World;

const SEEDS_BY_DEFAULT: u64 = 200;

/// One cycle from its orders to its last refund.
fn play(seed: u64) {
    let mut chance = Chance(seed);
    let mut world = World::of(&mut chance);
    steps::procure(&mut world, &mut chance);
    for _ in 0..chance.between(4, 16) {
        steps::something_happens(&mut world, &mut chance);
        books::check(&world);
    }
    steps::finish(&mut world, &mut chance);
    books::check(&world);
    books::check_money(&world);
}

/// `200`: the first 200 seeds; `7..9`: seeds 7 and 8.
fn read_seeds(text: &str) -> Option<Range<u64>> {
    match text.split_once("..") {
        Some((from, to)) => Some(from.trim().parse().ok()?..to.trim().parse().ok()?),
        None => Some(0..text.trim().parse().ok()?),
    }
}

#[test]
fn whole_cycles_keep_their_books() {
    let seeds = match std::env::var("SEEDS") {
        Ok(text) => read_seeds(&text).expect("SEEDS is a number or a range a..b"),
        Err(_) => 0..SEEDS_BY_DEFAULT,
    };
    for seed in seeds {
        if let Err(failure) = catch_unwind(AssertUnwindSafe(|| play(seed))) {
            eprintln!("the simulation fails on seed {seed}: SEEDS={seed}..{} cargo test sim", seed + 1);
            resume_unwind(failure);
        }
    }
}

#[test]
fn the_simulation_meets_every_kind_of_day() {
    let mut met = world::Met::default();
    for seed in 0..100 {
        let mut chance = Chance(seed);
        let mut world = World::of(&mut chance);
        steps::procure(&mut world, &mut chance);
        for _ in 0..16 {
            steps::something_happens(&mut world, &mut chance);
        }
        met.add(&world.met);
    }
    assert!(met.all(), "{met:?}");
}
