//! Invented residents: who they are follows from their leader and number alone, so nobody has to be remembered.

use super::dice::{Dice, Purpose};

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "董", "程", "曹", "欧阳", "司马", "尉迟",
];
const GIVEN: &[&str] = &[
    "秀英", "桂兰", "建国", "志强", "丽", "静", "敏", "芳", "娟", "勇", "杰", "磊", "洋", "涛", "明", "霞", "平",
    "红梅", "春燕", "子涵", "欣怡", "浩然", "一诺", "雨桐", "国庆", "海波", "晓东", "雪梅", "淑珍", "振华", "诗涵",
    "梓轩", "婷婷", "宁",
];
const RARE_NAMES: &[&str] = &["田䶮", "𠮷野桃", "马𬴂", "李喆", "王堃𠅤", "龚㛃", "阿依古丽·买买提"];
const NICKNAMES: &[&str] = &[
    "小雨",
    "豆豆妈",
    "平安是福",
    "花开富贵",
    "静待花开",
    "大白",
    "橙子",
    "糖糖",
    "胖虎",
    "老王",
    "快乐每一天",
    "随缘",
    "小鱼儿",
    "芒果",
    "团团",
    "暖暖",
    "果果爸",
    "七七",
    "海阔天空",
    "木木",
    "向日葵",
    "知了",
    "蓝天",
    "秋水",
    "麦穗",
    "🌸小雨",
    "👍阿姨",
];
const AWKWARD_NICKNAMES: &[&str] = &[
    "=1+1",
    "-5折",
    "@小鱼",
    "+V聊",
    "＝等等",
    "0203",
    "3-2",
    "1E3",
    "007",
    "\"阿飞\"",
    "Lily, 3栋",
    "O'Neil",
    "👨‍👩‍👧一家人",
    "𠮷祥如意",
    "䶮䶮",
    "a;b",
];
const REMARKS: &[&str] = &[
    "放门口就行",
    "多要两个袋子",
    "麻烦挑新鲜的，谢谢！",
    "老人代提，请核对楼栋房号",
    "不要塑料袋🙏",
    "肉切小块, 分两袋装",
    "要“硬一点”的",
    "给我留大的\n别忘了小票",
    "1. 不要青的\n2. 鸡蛋怕压",
    "她说\"要两板\"",
    "=SUM(A1:A9)",
    "-1袋也行",
];

/// A resident as they give themselves; empty = not given.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Resident {
    pub name: String,
    pub nickname: String,
    pub phone: String,
    pub building: String,
    pub unit_no: String,
    pub room: String,
    /// Picks one of a leader's points; always the same one.
    pub home: u64,
}

impl Resident {
    /// The resident with this number (from 1) among the leader's.
    pub fn of(seed: u64, leader: u64, number: u64) -> Resident {
        let mut dice = Dice::of(seed, Purpose::Resident, leader, number);
        let home = dice.below(1 << 16);
        // One in twelve is known by nickname only, as in a chat thread: the number keeps such nicknames apart.
        if dice.chance(80) {
            let nickname = format!("{}{number}", dice.pick(NICKNAMES));
            return Resident { nickname, home, ..Resident::default() };
        }
        let name = match dice.chance(15) {
            true => dice.pick(RARE_NAMES).to_string(),
            false => format!("{}{}", dice.pick(SURNAMES), dice.pick(GIVEN)),
        };
        let nickname = match dice.below(100) {
            0 => dice.pick(AWKWARD_NICKNAMES).to_string(),
            1..=60 => dice.pick(NICKNAMES).to_string(),
            _ => String::new(),
        };
        let mut resident = Resident { name, nickname, home, ..Resident::default() };
        let has_phone = dice.chance(880);
        if has_phone {
            resident.phone = format!("1{}{leader:04}{:05}", 3 + dice.below(7), number % 100_000);
        }
        if !has_phone || dice.chance(930) {
            resident.move_in(&mut dice);
        }
        resident
    }

    fn move_in(&mut self, dice: &mut Dice) {
        self.building = match dice.below(20) {
            0 => dice.pick(&["A座", "甲3", "12幢"]).to_string(),
            _ => (1 + dice.below(16)).to_string(),
        };
        self.unit_no = (1 + dice.below(4)).to_string();
        let (floor, door) = (1 + dice.below(32), 1 + dice.below(4));
        self.room = match dice.below(20) {
            0 => format!("{floor:02}{door:02}"),
            1 => format!("{floor}-{door}"),
            _ => format!("{floor}{door:02}"),
        };
    }
}

/// What is written beside an order: mostly nothing.
pub fn remark(dice: &mut Dice) -> &'static str {
    if dice.chance(60) { dice.pick(REMARKS) } else { "" }
}

/// The name of a leader, driver or contact.
pub fn full_name(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(SURNAMES), dice.pick(GIVEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resident_can_be_told_from_the_others() {
        for number in 1..2000 {
            let resident = Resident::of(3, 9_999, number);
            assert_eq!(resident, Resident::of(3, 9_999, number));
            let known_by = [&resident.phone, &resident.room, &resident.nickname];
            assert!(known_by.iter().any(|field| !field.is_empty()), "{resident:?}");
            assert!(resident.phone.is_empty() || resident.phone.len() == 11, "{resident:?}");
        }
    }
}
