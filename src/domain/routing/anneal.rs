//! Simulated annealing over ruin and recreate: what is a little worse may stay for a while, less and less so.

use super::chance::Chance;
use super::ground::{Ground, NONE};
use super::recreate::Recreate;
use super::ruin::{Ruin, RuinSize};
use super::tours::Tours;

/// How hot it is at the beginning and at the end, in average legs, and how much is torn down at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    pub hot: f64,
    pub cold: f64,
    pub size: RuinSize,
    pub near_tried: usize,
}

/// How often the pace is asked.
const ROUND: u64 = 64;

/// Improves `tours` until `pace`, asked with the iterations done, says that all (1.0) of the search is over. Returns
/// the iterations done; `tours` is the best that was seen.
pub(super) fn anneal(
    ground: &Ground,
    tours: &mut Tours,
    chance: &mut Chance,
    schedule: &Schedule,
    pace: &mut dyn FnMut(u64) -> f64,
) -> u64 {
    let served = ground.stops - tours.absent.len();
    if ground.stops == 0 || served == 0 {
        return 0;
    }
    let driven: i64 = tours.nodes.iter().filter(|node| node.route != NONE).map(|node| i64::from(node.out)).sum();
    let leg = driven.max(1) as f64 / (served as u32 + tours.used) as f64;
    let (hot, cold) = (schedule.hot * leg, schedule.cold * leg);
    let mut ruin = Ruin::new(schedule.size);
    let mut recreate = Recreate::new(ground, schedule.near_tried);
    let mut best = tours.clone();
    let mut heat = hot;
    let mut done = 0;
    loop {
        if done % ROUND == 0 {
            let share = pace(done);
            if share >= 1.0 {
                break;
            }
            heat = hot * (cold / hot).powf(share);
        }
        done += 1;
        let before = tours.value(ground);
        tours.begin();
        ruin.ruin(ground, tours, chance);
        recreate.recreate(ground, tours, chance);
        let after = tours.value(ground);
        // -ln of a share in (0, 1]: how much worse chance lets it be.
        let worse_by = -heat * (1.0 - chance.share()).ln();
        if (after - before) as f64 > worse_by {
            tours.take_back(ground);
        } else if after < best.value(ground) {
            best.clone_from(tours);
        }
    }
    tours.clone_from(&best);
    done
}
