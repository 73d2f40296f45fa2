//! What the rules cost on a large day's numbers: one popular SKU shared out, a supply split among all points.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tuan::domain::allocation::{Claim, allocate};
use tuan::domain::facts::ShortageRule;
use tuan::domain::reason::Reason;
use tuan::domain::share::largest_remainder;
use tuan::domain::time::Moment;

/// Lines of the most popular SKU of a large day, and the points they stand at.
const CLAIMS: u32 = 20_000;
const POINTS: u32 = 2_500;

/// A spread that is the same every run: neighbours differ, and no generator is needed.
fn spread(n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761) >> 8
}

fn shortage_rules(criterion: &mut Criterion) {
    let order_nos: Vec<String> = (0..CLAIMS).map(|n| format!("L1-{n:07}")).collect();
    let claims: Vec<Claim> = (0..CLAIMS)
        .map(|n| Claim {
            line: n,
            point_ix: spread(n) % POINTS,
            ordered: 1 + spread(n) % 5,
            tolerance: spread(n + 1) % 2,
            paid_at: Moment(i64::from(n) * 1_000_000),
            order_no: &order_nos[n as usize],
            line_no: 1,
            pin: (n % 1_000 == 0).then_some(1),
        })
        .collect();
    let ordered: u64 = claims.iter().map(|claim| u64::from(claim.ordered)).sum();
    let mut group = criterion.benchmark_group("allocate half of 20,000 lines");
    for rule in ShortageRule::ALL {
        group.bench_function(BenchmarkId::from_parameter(rule.code()), |bencher| {
            bencher.iter(|| allocate(black_box(&claims), ordered / 2, *rule, Reason::ShortDelivery));
        });
    }
    group.finish();
}

fn shares(criterion: &mut Criterion) {
    let weights: Vec<u64> = (0..POINTS).map(|n| u64::from(spread(n) % 90)).collect();
    criterion.bench_function("split 40,000 pieces among 2,500 points", |bencher| {
        bencher.iter(|| largest_remainder(40_000, black_box(&weights)));
    });
}

criterion_group!(benches, shortage_rules, shares);
criterion_main!(benches);
