//! Warehouses, routes, vehicles, leaders and their points, and how large each leader's group is.

use std::ops::Range;

use super::dice::{Dice, Purpose};
use super::people::full_name;
use super::{Figures, Rows};
use crate::domain::share::largest_remainder;

const COMPOUNDS: &[&str] = &[
    "云溪花园",
    "柳堤雅苑",
    "望江名邸",
    "青枫里",
    "梧桐小区",
    "幸福里",
    "锦绣家园",
    "桂雨苑",
    "春晓新村",
    "南浦公寓",
    "白鹭洲",
    "银杏园",
    "翠湖天地",
    "晴川里",
    "橡树湾",
    "竹影轩",
    "金桥新城",
    "桃源居",
    "水杉苑",
    "紫藤里",
    "海棠公馆",
    "渡口新村",
    "长乐坊",
    "听松苑",
];
const SHOPS: &[&str] = &["便民驿站", "生鲜自提点", "小卖部", "水站", "物业前台", "阿姨家", "\"小橡果\"超市", "早餐店"];

/// Where goods go. Points, routes and warehouses follow one another, so neighbours in number are neighbours.
#[derive(Debug)]
pub struct Places {
    figures: Figures,
    seed: u64,
    /// Orders of each leader; they add up to the day's.
    pub group_sizes: Vec<u64>,
}

impl Places {
    pub fn new(figures: &Figures, seed: u64) -> Places {
        let leaders = figures.leaders;
        let weights: Vec<u64> = (0..leaders).map(|i| Dice::of(seed, Purpose::LeaderSize, i, 0).log_normal()).collect();
        // Each leader has an order at least; the others follow the weights.
        let mut group_sizes = largest_remainder(figures.orders - leaders, &weights);
        group_sizes.iter_mut().for_each(|size| *size += 1);
        Places { figures: *figures, seed, group_sizes }
    }

    /// Points of a leader, by number.
    pub fn points_of(&self, leader: u64) -> Range<u64> {
        let Figures { leaders, points, .. } = self.figures;
        leader * points / leaders..(leader + 1) * points / leaders
    }

    fn warehouse_count(&self) -> u64 {
        self.figures.centrals + self.figures.grids
    }

    fn warehouse_code(&self, warehouse: u64) -> String {
        match warehouse.checked_sub(self.figures.centrals) {
            None => format!("C{}", warehouse + 1),
            Some(grid) => format!("G{:02}", grid + 1),
        }
    }

    pub fn central_codes(&self) -> Vec<String> {
        (0..self.figures.centrals).map(|central| self.warehouse_code(central)).collect()
    }

    fn warehouse_of_route(&self, route: u64) -> String {
        self.warehouse_code(route * self.warehouse_count() / self.figures.routes)
    }

    /// Somewhere in the quarter of a route, in millionths of a degree (longitude, latitude; GCJ-02).
    fn spot(&self, route: u64, dice: &mut Dice) -> (u64, u64) {
        let (column, row) = (route % 25, route / 25);
        (114_000_000 + column * 40_000 + dice.below(30_000), 30_000_000 + row * 35_000 + dice.below(25_000))
    }

    pub fn write_warehouses(&self, rows: &mut Rows) {
        for head in ["warehouse_code", "name", "kind", "parent_code", "longitude", "latitude", "datum"] {
            rows.text(head);
        }
        rows.end();
        let Figures { centrals, grids, routes, .. } = self.figures;
        for warehouse in 0..self.warehouse_count() {
            let code = self.warehouse_code(warehouse);
            rows.text(&code);
            match warehouse.checked_sub(centrals) {
                None => rows.text(&format!("云州中心仓{code}")).text("central").text(""),
                Some(grid) => {
                    let parent = self.warehouse_code(grid * centrals / grids);
                    rows.text(&format!("云州网格仓{code}")).text("grid").text(&parent)
                }
            };
            let route = warehouse * routes / self.warehouse_count();
            let (lon, lat) = self.spot(route, &mut Dice::of(self.seed, Purpose::Places, 1, warehouse));
            rows.degrees(lon).degrees(lat).text("gcj02").end();
        }
    }

    pub fn write_vehicles(&self, rows: &mut Rows) {
        for head in ["plate", "warehouse_code", "driver", "phone", "capacity_kg", "capacity_l", "capacity_totes"] {
            rows.text(head);
        }
        rows.end();
        for route in 0..self.figures.routes {
            let driver = full_name(&mut Dice::of(self.seed, Purpose::Places, 2, route));
            rows.plain(format_args!("云Y{:05}", route + 1)).text(&self.warehouse_of_route(route)).text(&driver);
            rows.plain(format_args!("1770000{route:04}")).number(18_000).number(90_000).number(1_200).end();
        }
    }

    #[rustfmt::skip]
    pub fn write_leaders(&self, rows: &mut Rows) {
        for head in ["leader_code", "name", "phone", "point_code", "point_name", "warehouse_code", "compound",
            "address", "longitude", "latitude", "datum", "window_start", "window_end", "commission_pct", "tier",
            "route_code", "stop_seq"] {
            rows.text(head);
        }
        rows.end();
        for leader in 0..self.figures.leaders {
            let name = full_name(&mut Dice::of(self.seed, Purpose::Places, 3, leader));
            for point in self.points_of(leader) {
                rows.text(&leader_code(leader)).text(&name).plain(format_args!("199{leader:08}"));
                self.write_point(leader, point, rows);
            }
        }
    }

    fn write_point(&self, leader: u64, point: u64, rows: &mut Rows) {
        let Figures { points, routes, .. } = self.figures;
        let mut dice = Dice::of(self.seed, Purpose::Places, 4, point);
        let route = point * routes / points;
        let first_stop = (route * points).div_ceil(routes);
        let compound = format!("{}{}期", dice.pick(COMPOUNDS), point + 1);
        rows.text(&point_code(point)).text(&format!("{compound}{}", dice.pick(SHOPS)));
        rows.text(&self.warehouse_of_route(route)).text(&compound);
        rows.text(&format!(
            "云州市第{}街{}号, 近{}门",
            route + 1,
            1 + dice.below(400),
            dice.pick(&["东", "南", "西", "北"])
        ));
        let (lon, lat) = self.spot(route, &mut dice);
        rows.degrees(lon).degrees(lat).text("gcj02").text("10:00").text("21:00").number(8 + leader % 3);
        rows.text(["普通", "普通", "银牌", "金牌"][(leader * 7 % 4) as usize]);
        rows.plain(format_args!("R{:03}", route + 1)).number(point - first_stop + 1).end();
    }
}

pub fn leader_code(leader: u64) -> String {
    format!("L{:05}", leader + 1)
}

pub fn point_code(point: u64) -> String {
    format!("P{:05}", point + 1)
}
