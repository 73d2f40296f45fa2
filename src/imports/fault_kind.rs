//! Every kind of fault an imported file can have: a stable code, and cause and remedy in both languages.

/// Declares the kinds. `{}` in a text stands for the fault's detail.
macro_rules! fault_kinds {
    ($($name:ident = $code:literal: $cause_zh:literal, $cause_en:literal; $remedy_zh:literal, $remedy_en:literal;)+) => {
        /// What is wrong with a file, a row or a cell. Codes are stable; programs may rely on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the words beside each name say what it means")]
        pub enum FaultKind { $($name,)+ }

        impl FaultKind {
            /// All kinds, for documentation.
            pub const ALL: &'static [FaultKind] = &[$(FaultKind::$name),+];

            /// The stable code: `scientific_notation`.
            pub fn code(self) -> &'static str {
                match self { $(FaultKind::$name => $code,)+ }
            }

            /// Cause and remedy in Chinese, then in English.
            pub(super) fn words(self) -> Words {
                match self { $(FaultKind::$name => Words {
                    cause_zh: $cause_zh, remedy_zh: $remedy_zh, cause_en: $cause_en, remedy_en: $remedy_en,
                },)+ }
            }
        }
    };
}

/// The texts of a kind, with `{}` for the detail.
pub(super) struct Words {
    pub cause_zh: &'static str,
    pub remedy_zh: &'static str,
    pub cause_en: &'static str,
    pub remedy_en: &'static str,
}

fault_kinds! {
    // ------------------------------------------------------------ the file
    Unreadable = "unreadable":
        "文件读不了：{}", "the file cannot be read: {}";
        "检查路径和权限", "check its path and permissions";
    EmptyFile = "empty_file":
        "文件是空的", "the file is empty";
        "重新导出", "export it again";
    NoRows = "no_rows":
        "只有表头，没有数据", "there is a head row and nothing below it";
        "重新导出", "export it again";
    NotATable = "not_a_table":
        "这不是文本表格（{}）", "this is not a text table ({})";
        "在表格软件里另存为 CSV（UTF-8）", "save it as CSV (UTF-8) from the spreadsheet";
    WorkbookUnreadable = "workbook_unreadable":
        "工作簿打不开（{}）", "the workbook cannot be opened ({})";
        "在表格软件里另存为没有密码的 xlsx 或 CSV（UTF-8）", "save it as xlsx without a password, or as CSV (UTF-8)";
    WorkbookTooLarge = "workbook_too_large":
        "工作簿太大（最多 {}）", "the workbook is too large (at most {})";
        "拆成几个文件，或另存为 CSV（UTF-8）", "split it, or save it as CSV (UTF-8)";
    UnclosedQuote = "unclosed_quote":
        "有一个引号没有闭合", "a quotation mark is never closed";
        "补上引号，或重新导出", "close it, or export the file again";
    RecordTooLong = "record_too_long":
        "这一行太长（多半是引号没有闭合）", "the row is too long (most likely a quotation mark is never closed)";
        "检查这一行的引号", "check the quotation marks of this row";
    HeadsUnknown = "heads_unknown":
        "第一行不是表头", "the first row holds no known head";
        "第一行写列名，可用：{}", "write the heads in the first row; known are: {}";
    ColumnMissing = "column_missing":
        "缺少必需的列", "a required column is missing";
        "加上这一列：{}", "add the column: {}";
    ColumnUnknown = "column_unknown":
        "不认识的列", "the column is unknown";
        "删去，或改名为 x_ 开头；可用：{}", "remove it, or begin its name with x_; known are: {}";
    ColumnTwice = "column_twice":
        "同一列出现两次", "the column stands there twice";
        "只留一列", "keep one of them";
    // ------------------------------------------------------------ the row
    CellCount = "cell_count":
        "列数与表头不符：{}", "the row and the head differ in their number of cells: {}";
        "检查多余的分隔符和没加引号的单元格", "look for stray separators and cells that need quotation marks";
    CellWithoutHead = "cell_without_head":
        "单元格上面没有列名", "the cell has no head above it";
        "写上列名或清空", "name the column or empty the cell";
    // ------------------------------------------------------------ any cell
    CellMissing = "cell_missing":
        "必填的单元格是空的", "a required cell is empty";
        "填上", "fill it in";
    CellUnexpected = "cell_unexpected":
        "这里应当留空：{}", "this cell must stay empty: {}";
        "清空", "empty it";
    ScientificNotation = "scientific_notation":
        "表格软件把数字改成了科学计数法", "spreadsheet turned the number into scientific notation";
        "把该列设为文本格式后重新导出", "format the column as text and export again";
    HashMarks = "hash_marks":
        "列太窄，表格软件只写出了 ####", "the column was too narrow and the spreadsheet wrote only ####";
        "拉宽该列后重新导出", "widen the column and export again";
    SpreadsheetError = "spreadsheet_error":
        "表格公式出错", "a spreadsheet formula failed";
        "改正公式后重新导出", "mend the formula and export again";
    Undecodable = "undecodable":
        "有无法识别的字符", "some characters cannot be decoded";
        "另存为 UTF-8 后重试", "save the file as UTF-8 and try again";
    Nul = "nul":
        "含有空字符（NUL）", "there is a NUL character";
        "删去，或重新导出", "remove it, or export again";
    ControlCharacter = "control_character":
        "含有控制字符 {}", "there is a control character {}";
        "删去", "remove it";
    BidiCharacter = "bidi_character":
        "含有文字方向控制符 {}", "there is a text direction mark {}";
        "删去", "remove it";
    LineFeed = "line_feed":
        "此列不可换行", "line breaks are not allowed in this column";
        "改成一行", "write it in one line";
    TooLong = "too_long":
        "太长（最多 {}）", "it is too long (at most {})";
        "缩短", "shorten it";
    NotACode = "not_a_code":
        "不是合格的编码", "it is not a code";
        "只用文字、数字和 - _ .，最多 40 个，不以点开头", "use letters, digits and - _ . only, at most 40, not beginning with a dot";
    NotANumber = "not_a_number":
        "不是数字", "it is not a number";
        "写成数字", "write a number";
    NotWhole = "not_whole":
        "不是整数", "it is not a whole number";
        "写成整数", "write a whole number";
    Negative = "negative":
        "不能是负数", "it must not be negative";
        "写成零或正数", "write zero or more";
    TooSmall = "too_small":
        "太小（至少 {}）", "it is too small (at least {})";
        "改正", "correct it";
    TooLarge = "too_large":
        "太大（最多 {}）", "it is too large (at most {})";
        "改正", "correct it";
    NotMoney = "not_money":
        "不是金额", "it is not an amount of money";
        "写成 12.50", "write it as 12.50";
    TooManyDecimals = "too_many_decimals":
        "小数位太多（最多 {} 位）", "it has too many decimals (at most {})";
        "改正", "correct it";
    NotAChoice = "not_a_choice":
        "不在可选值之内", "it is none of the allowed values";
        "可用：{}", "use one of: {}";
    NotADate = "not_a_date":
        "不是日期", "it is not a date";
        "写成 2026-11-23", "write it as 2026-11-23";
    NotATime = "not_a_time":
        "不是时间", "it is not a time";
        "写成 2026-11-22 23:00", "write it as 2026-11-22 23:00";
    NotATimeOfDay = "not_a_time_of_day":
        "不是钟点", "it is not a time of day";
        "写成 08:30", "write it as 08:30";
    NotAMobile = "not_a_mobile":
        "不是手机号", "it is not a mobile number";
        "写 11 位手机号，没有就留空", "write the 11 digits, or leave it empty";
    NotAPhone = "not_a_phone":
        "不是电话号码", "it is not a phone number";
        "写手机号或带区号的座机号", "write a mobile number or a landline with its area code";
    NotAnEmail = "not_an_email":
        "不是邮箱地址", "it is not an e-mail address";
        "写成 name@example.com", "write it as name@example.com";
    // ------------------------------------------------------------ places
    CoordinatesSwapped = "coordinates_swapped":
        "经度和纬度写反了", "longitude and latitude stand in each other's place";
        "对调两列", "exchange the two columns";
    CoordinatesOutOfRange = "coordinates_out_of_range":
        "坐标超出范围", "the coordinates are out of range";
        "改正，没有就都留空", "correct them, or leave both empty";
    OutsideChina = "outside_china":
        "坐标不在中国大陆，而 {} 只在那里有定义", "the place lies outside mainland China, where {} is not defined";
        "改正坐标，或用 wgs84", "correct the coordinates, or use wgs84";
    DatumMissing = "datum_missing":
        "没有说明坐标系", "nothing says which datum the coordinates are in";
        "加一列 datum（wgs84、gcj02 或 bd09），或用 --datum", "add a column datum (wgs84, gcj02 or bd09), or say --datum";
    NotGeoJson = "not_geojson":
        "不是 GeoJSON 要素集合（{}）", "it is no GeoJSON feature collection ({})";
        "导出成 FeatureCollection", "export it as a FeatureCollection";
    FileTooLarge = "file_too_large":
        "文件太大（最多 {}）", "the file is too large (at most {})";
        "拆成几个文件，或简化边界", "split it, or simplify its borders";
    NotAnArea = "not_an_area":
        "这个要素不是面（{}）", "the feature is no area ({})";
        "只用 Polygon 或 MultiPolygon", "use Polygon or MultiPolygon";
    RingBroken = "ring_broken":
        "边界不成环：{}", "the border is no ring: {}";
        "每一圈至少四个点，首尾相同", "give each ring four corners or more, the last the same as the first";
    LooksLikeOtherDatum = "looks_like_other_datum":
        "这个文件看起来是 {}", "the file looks like {}";
        "用看起来的坐标系重新导入；确实没错（也许区县文件的坐标系错了）就加 --trust-datum",
        "import it with that datum; if it is right all the same (perhaps the districts' is wrong), add --trust-datum";
    // ------------------------------------------------------------ doubts: told, but not refused
    OtherDistrict = "other_district":
        "不在所写的区县里：{}", "it does not lie in the district that it names: {}";
        "核对坐标和区县", "check coordinates and district";
    DistrictUnknown = "district_unknown":
        "没有写明已知的区县：{}", "it names no known district: {}";
        "核对区县", "check the district";
    SameName = "same_name":
        "与第 {} 行同区同名", "it has the district and the name of row {}";
        "若是同一处就删去一行", "remove one of them if they are one place";
    PointOutside = "point_outside":
        "自提点不在自己的服务区里：{}", "the pickup point lies outside of its service area: {}";
        "核对服务区和自提点坐标", "check the area and the point's coordinates";
    // ------------------------------------------------------------ cells against each other
    BrokenOverRejected = "broken_over_rejected":
        "破损多于拒收（破损是拒收的一部分）", "more is broken than rejected (broken is part of rejected)";
        "把破损也计入拒收", "count the broken among the rejected";
    NetOverGross = "net_over_gross":
        "净重或皮重大于毛重", "net or tare weight is above gross weight";
        "改正", "correct it";
    CutoffBeforeOpening = "cutoff_before_opening":
        "截单时间不晚于开团时间", "the cutoff is not after the opening";
        "改正时间", "correct the times";
    RangeReversed = "range_reversed":
        "下限大于上限", "the lower bound is above the upper one";
        "对调", "exchange them";
    NominalWeightNeeded = "nominal_weight_needed":
        "称重商品要有标重", "a variable-weight SKU needs its nominal weight";
        "填标重（克）", "fill in the nominal weight in grams";
    // ------------------------------------------------------------ the file against what is known
    UnknownCode = "unknown_code":
        "没有这个编码", "there is no such code";
        "先导入它，或改正", "import it first, or correct it";
    DuplicateRow = "duplicate_row":
        "与第 {} 行重复", "it repeats row {}";
        "只留一行（数量相加）", "keep one row (add the quantities)";
    ConflictingRow = "conflicting_row":
        "与第 {} 行矛盾", "it contradicts row {}";
        "改成一致", "make them agree";
    NotOnSale = "not_on_sale":
        "本团没有这个商品：{}", "the SKU is not on sale in cycle {}";
        "先导入商品上架表，或改正", "import the offer first, or correct the SKU";
    CycleNeeded = "cycle_needed":
        "不清楚属于哪个团期：{}", "it is not clear which cycle is meant: {}";
        "用 --cycle 指定", "name it with --cycle";
    WrongState = "wrong_state":
        "团期状态不允许：{}", "the cycle's state does not allow it: {}";
        "先完成前面的步骤", "take the step before it first";
    PointNeeded = "point_needed":
        "团长有多个自提点，要写明是哪个：{}", "the leader has several points, name one of: {}";
        "填自提点编码", "fill in the point's code";
    PointOfAnother = "point_of_another":
        "自提点不属于这个团长：{}", "the point belongs to another leader: {}";
        "改正团长或自提点", "correct the leader or the point";
    OrderDiffers = "order_differs":
        "订单已存在，内容不同", "the order is known with other content";
        "用 corrections 改单", "use corrections";
    ReceiptDiffers = "receipt_differs":
        "收货次号已有不同的数", "the receipt is known with other values";
        "重新清点写 recount = 1，另一车用新的次号", "write recount = 1 for a recount, a new receipt_no for another truck";
    CountDiffers = "count_differs":
        "实到件数与箱数、散件不符：{}", "pieces do not equal cases and loose pieces: {}";
        "改正其一", "correct one of them";
    OutOfBounds = "out_of_bounds":
        "超出允许的范围：{}", "it is out of bounds: {}";
        "改正", "correct it";
    OtherRowsFaulty = "other_rows_faulty":
        "同一订单的第 {} 行有错", "row {} of the same order is faulty";
        "改正那一行", "correct that row";
    NotWeighed = "not_weighed":
        "不是称重商品", "the goods are not sold by weight";
        "改正商品编码，或在商品资料里标为称重商品", "correct the SKU, or mark it as sold by weight in the catalogue";
    WeightUnusual = "weight_unusual":
        "超出一般重量 {}", "the weight is outside of {}";
        "再称一次；确实没错就加 --confirm-weights", "weigh it again; if it is right add --confirm-weights";
    LabelDiffers = "label_differs":
        "称签号已有不同的内容：{}", "the label is known with other content: {}";
        "换一个称签号；称错的先作废", "use another number; void the one that is wrong first";
    LabelVoid = "label_void":
        "称签已作废", "the label is void";
        "用新的称签号重新称", "weigh it again under another number";
    LabelTaken = "label_taken":
        "称签已给了订单 {}", "the label was given to order {}";
        "改正订单号，或先取下", "correct the order, or take it off there first";
    LabelsEnough = "labels_enough":
        "这一行应提 {} 件，称签已够", "the line gets {} pieces and has labels for all";
        "改正订单号，或先取下一张", "correct the order, or take one off first";
    OrderAtOtherPoint = "order_at_other_point":
        "订单在自提点 {}", "the order is collected at point {}";
        "改正自提点或订单号", "correct the point or the order";
}
