//! The kinds of goods a synthetic catalogue is made of.

/// One kind of good; a catalogue holds it in several varieties.
#[derive(Debug)]
pub struct Archetype {
    pub name: &'static str,
    pub spec: &'static str,
    pub unit: &'static str,
    pub category: &'static str,
    pub temp_zone: &'static str,
    /// Weight of a piece.
    pub grams: u64,
    /// What a piece costs, about.
    pub cost_fen: u64,
    pub price_unit: &'static str,
    pub traits: Traits,
}

/// What sets a good apart from ordinary ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traits {
    Usual,
    /// Does not keep: bought by `fill`.
    Fresh,
    /// Fresh, and each piece weighs something else.
    Weighed,
    /// Kept in stock.
    Stocked,
    /// Too large for a case: bought by the piece.
    Bulky,
}

use Traits::{Bulky, Fresh, Stocked, Usual, Weighed};

#[allow(clippy::too_many_arguments)] // A table row: the columns are named above it.
const fn kind(
    name: &'static str,
    spec: &'static str,
    unit: &'static str,
    category: &'static str,
    temp_zone: &'static str,
    grams: u64,
    cost_fen: u64,
    price_unit: &'static str,
    traits: Traits,
) -> Archetype {
    Archetype { name, spec, unit, category, temp_zone, grams, cost_fen, price_unit, traits }
}

/// Name, spec, unit, category, temperature zone, grams, cost in fen, price unit, traits.
#[rustfmt::skip]
pub const ARCHETYPES: &[Archetype] = &[
    kind("上海青", "500g", "份", "蔬菜", "chilled", 500, 135, "jin", Fresh),
    kind("菠菜", "300g", "袋", "蔬菜", "chilled", 300, 156, "jin", Fresh),
    kind("生菜", "约450g", "个", "蔬菜", "chilled", 450, 162, "kg", Fresh),
    kind("土豆", "1kg", "袋", "蔬菜", "ambient", 1000, 220, "jin", Usual),
    kind("胡萝卜", "500g", "袋", "蔬菜", "ambient", 500, 125, "jin", Usual),
    kind("莲藕", "约500g", "节", "蔬菜", "chilled", 500, 320, "jin", Fresh),
    kind("铁棍山药", "1kg", "盒", "蔬菜", "ambient", 1000, 1200, "case", Usual),
    kind("金针菇", "350g", "袋", "菌菇", "chilled", 350, 200, "case", Fresh),
    kind("鲜香菇", "250g", "盒", "菌菇", "chilled", 250, 290, "kg", Fresh),
    kind("红富士苹果", "4粒装", "盒", "水果", "ambient", 900, 760, "case", Usual),
    kind("皇冠梨", "约1kg", "袋", "水果", "ambient", 1000, 460, "kg", Usual),
    kind("香蕉", "约800g", "把", "水果", "ambient", 800, 392, "jin", Fresh),
    kind("西瓜", "约3kg", "个", "水果", "ambient", 3000, 960, "jin", Weighed),
    kind("葡萄", "500g", "盒", "水果", "chilled", 500, 550, "case", Fresh),
    kind("砂糖橘", "1.5kg", "袋", "水果", "ambient", 1500, 810, "jin", Usual),
    kind("脐橙", "5斤装", "箱", "水果", "ambient", 2500, 1850, "piece", Bulky),
    kind("五花肉", "约500g", "份", "肉类", "chilled", 500, 1280, "jin", Weighed),
    kind("猪小排", "约500g", "份", "肉类", "chilled", 500, 2150, "jin", Weighed),
    kind("肉馅", "400g", "盒", "肉类", "chilled", 400, 840, "kg", Fresh),
    kind("牛腱子", "约500g", "份", "肉类", "chilled", 500, 3600, "jin", Weighed),
    kind("肥牛卷", "500g", "盒", "肉类", "frozen", 500, 1900, "case", Usual),
    kind("鲜鸡蛋", "30枚", "板", "禽蛋", "ambient", 1600, 1800, "case", Fresh),
    kind("咸鸭蛋", "6枚", "盒", "禽蛋", "ambient", 420, 700, "case", Usual),
    kind("三黄鸡", "约1.2kg", "只", "禽蛋", "chilled", 1200, 2352, "jin", Weighed),
    kind("鸡翅中", "500g", "袋", "禽蛋", "frozen", 500, 1900, "kg", Usual),
    kind("草鱼（杀净）", "约1.5kg", "条", "水产", "chilled", 1500, 2280, "jin", Weighed),
    kind("基围虾", "500g", "盒", "水产", "chilled", 500, 2750, "jin", Fresh),
    kind("带鱼段", "500g", "袋", "水产", "frozen", 500, 1280, "case", Usual),
    kind("嫩豆腐", "350g", "盒", "豆制品", "chilled", 350, 130, "case", Fresh),
    kind("香干", "200g", "袋", "豆制品", "chilled", 200, 185, "piece", Usual),
    kind("鲜牛奶", "950ml", "盒", "乳品", "chilled", 980, 990, "case", Fresh),
    kind("酸奶", "100g×8", "提", "乳品", "chilled", 820, 950, "case", Usual),
    kind("纯牛奶", "250ml×12", "箱", "乳品", "ambient", 3150, 2980, "piece", Bulky),
    kind("全麦吐司", "400g", "袋", "烘焙", "ambient", 400, 720, "case", Usual),
    kind("老面馒头", "8个", "袋", "烘焙", "chilled", 800, 520, "piece", Usual),
    kind("长粒香米", "5kg", "袋", "粮油", "ambient", 5000, 2650, "piece", Bulky),
    kind("面粉", "2.5kg", "袋", "粮油", "ambient", 2500, 950, "case", Stocked),
    kind("菜籽油", "5L", "桶", "粮油", "ambient", 4650, 5800, "piece", Bulky),
    kind("挂面", "1kg", "把", "粮油", "ambient", 1000, 490, "case", Stocked),
    kind("生抽", "800ml", "瓶", "调味", "ambient", 1300, 780, "case", Stocked),
    kind("食盐", "400g", "袋", "调味", "ambient", 400, 160, "case", Stocked),
    kind("水饺", "1kg", "袋", "速冻", "frozen", 1000, 1580, "case", Usual),
    kind("汤圆", "500g", "袋", "速冻", "frozen", 500, 880, "case", Usual),
    kind("冰淇淋杯", "90g×6", "盒", "冷饮", "frozen", 560, 1600, "case", Usual),
    kind("瓜子", "500g", "袋", "零食", "ambient", 500, 980, "case", Usual),
    kind("乌龙茶", "500ml", "瓶", "饮品", "ambient", 520, 330, "case", Usual),
    kind("饮用水", "550ml×24", "箱", "饮品", "ambient", 13500, 1980, "piece", Bulky),
    kind("洗衣液", "2kg", "瓶", "日化", "ambient", 2150, 1850, "case", Stocked),
    kind("抽纸", "100抽×10包", "提", "纸品", "ambient", 1500, 1480, "case", Stocked),
    kind("垃圾袋", "100只", "卷", "日化", "ambient", 450, 690, "case", Usual),
];

/// What tells the varieties of a kind apart.
#[rustfmt::skip]
pub const VARIETIES: &[&str] = &[
    "云州", "本地", "高山", "有机", "精选", "农家", "特级", "家庭装", "临江", "云岭", "柳河", "南岭", "北岸", "东湖", "西塘",
    "竹溪", "青禾", "牧歌", "晨露", "金垄", "麦垛", "山脚", "白鹭", "桂雨", "枫林", "石榴巷", "荷塘", "听松", "向阳", "新安",
    "𠮷祥", "䶮记", "“老字号”", "加量, 实惠装", "小份", "尝鲜", "🌱早市", "当季", "一号", "二号",
];
