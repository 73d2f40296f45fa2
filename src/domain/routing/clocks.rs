//! Time along a route. For every stop the route keeps what lies before and what lies behind it, so that whether
//! another stop fits in between is answered without walking the route.

use super::ground::{Ground, Van};
use super::tours::{Clock, Tours};

impl Tours {
    /// Reckons a route's times anew and its overtime into the cost. Nothing where times cannot be missed.
    pub(super) fn tell_time(&mut self, ground: &Ground, route: u32) {
        if !ground.is_timed {
            return;
        }
        let van = &ground.vans[route as usize];
        let depot = ground.stops as u32 + route;
        self.walk_forward(ground, van, depot);
        self.walk_back(ground, van, depot);
        let overtime = ground.overtime(van, self.clocks[depot as usize].begin);
        let room = &mut self.rooms[route as usize];
        self.cost += overtime - room.overtime;
        room.overtime = overtime;
    }

    fn walk_forward(&mut self, ground: &Ground, van: &Van, depot: u32) {
        let mut leave = van.from_s;
        let mut work = 0;
        let mut depart_by = i32::MAX / 2;
        let mut place = van.place;
        let clock = &mut self.clocks[depot as usize];
        (clock.leave, clock.work, clock.depart_by) = (leave, 0, depart_by);
        let mut at = self.nodes[depot as usize].next;
        while at != depot {
            let stop = at as usize;
            let drive = ground.time(place, at);
            let begin = (leave + drive).max(ground.ready[stop]);
            depart_by = depart_by.min(ground.due[stop] - work - drive);
            work += drive + ground.service[stop];
            leave = begin + ground.service[stop];
            let clock = &mut self.clocks[stop];
            (clock.begin, clock.leave, clock.work, clock.depart_by) = (begin, leave, work, depart_by);
            place = at;
            at = self.nodes[stop].next;
        }
        self.clocks[depot as usize].begin = leave + ground.time(place, van.place);
    }

    fn walk_back(&mut self, ground: &Ground, van: &Van, depot: u32) {
        let mut latest = van.back_by_s;
        let mut wait_after = 0;
        let mut begin_next = self.clocks[depot as usize].begin;
        let mut place = van.place;
        self.clocks[depot as usize].latest = latest;
        self.clocks[depot as usize].wait_after = 0;
        let mut at = self.nodes[depot as usize].prev;
        while at != depot {
            let stop = at as usize;
            let drive = ground.time(at, place);
            latest = (latest - drive - ground.service[stop]).min(ground.due[stop]);
            let clock = &mut self.clocks[stop];
            wait_after += begin_next - clock.leave - drive;
            (clock.latest, clock.wait_after) = (latest, wait_after);
            begin_next = clock.begin;
            place = at;
            at = self.nodes[stop].prev;
        }
    }

    /// What it costs in overtime to serve a stop behind a node; None where something would come too late.
    #[inline]
    pub(super) fn delay_price(&self, ground: &Ground, stop: u32, after: u32) -> Option<i64> {
        if !ground.is_timed {
            return Some(0);
        }
        let node = &self.nodes[after as usize];
        let next = &self.nodes[node.next as usize];
        let (before, behind) = (&self.clocks[after as usize], &self.clocks[node.next as usize]);
        let at = stop as usize;
        let arrive = before.leave + ground.time(node.place, stop);
        if arrive > ground.due[at] {
            return None;
        }
        let leave = arrive.max(ground.ready[at]) + ground.service[at];
        let onward = ground.time(stop, next.place);
        let arrive_next = leave + onward;
        if arrive_next > behind.latest {
            return None;
        }
        if !ground.counts_duration {
            return Some(0);
        }
        self.duration_price(ground, (stop, after), arrive_next, onward)
    }

    fn duration_price(&self, ground: &Ground, put: (u32, u32), arrive_next: i32, onward: i32) -> Option<i64> {
        let (stop, after) = put;
        let node = &self.nodes[after as usize];
        let depot = ground.stops as u32 + node.route;
        let van = &ground.vans[node.route as usize];
        let end: &Clock = &self.clocks[depot as usize];
        let (before, behind) = (&self.clocks[after as usize], &self.clocks[node.next as usize]);
        let into = ground.time(node.place, stop);
        let last = if node.next == depot { arrive_next } else { arrive_next.max(ground.ready[node.next as usize]) };
        let back = end.begin + (last - behind.begin - behind.wait_after).max(0);
        if van.duration_max_s < i32::MAX {
            // The shortest time on the road leaves as late as every window allows.
            let (service, due) = (ground.service[stop as usize], ground.due[stop as usize]);
            let latest = (behind.latest - onward - service).min(due);
            let depart_by = before.depart_by.min(latest - before.work - into);
            let depart = depart_by.clamp(van.from_s, back);
            let work = before.work + into + service + onward + self.work_behind(ground, node.next, depot);
            if (back - depart).max(work) > van.duration_max_s {
                return None;
            }
        }
        let room = &self.rooms[node.route as usize];
        Some(ground.overtime(van, back) - room.overtime)
    }

    /// Seconds of driving and unloading from arriving at a node to being back.
    fn work_behind(&self, ground: &Ground, at: u32, depot: u32) -> i32 {
        if at == depot {
            return 0;
        }
        let last = self.nodes[depot as usize].prev;
        let whole = self.clocks[last as usize].work + ground.time(last, self.nodes[depot as usize].place);
        whole - self.clocks[at as usize].work + ground.service[at as usize]
    }
}
