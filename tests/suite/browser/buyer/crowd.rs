//! A day of 180 suppliers and names of all kinds.

use crate::app::{TestApp, arg};

const SUPPLIERS: usize = 180;
/// SKUs of each supplier.
const SKUS: usize = 6;

/// The cut-off and procured day.
pub fn day() -> TestApp {
    let mut app = TestApp::new();
    app.now = "2026-11-22 12:00".to_owned();
    let file = |name: &str, text: String| arg(&app.file(&format!("{name}.csv"), text)).to_owned();
    let names = [
        "<script>document.title='ran'</script>",
        "👨‍👩‍👧‍👦 𠮷田农场",
        "云州市临江区柳堤路一百九十八号绿野蔬菜种植专业合作社联合社第三分社（批发部）",
        "\"O'Neil\" <b>bold</b>",
    ];
    let mut suppliers = "supplier_code,name,contact,phone,min_order_value\n".to_owned();
    let (mut skus, mut offers) = (
        "sku_code,name,spec,supplier_code,case_size,unit,price_unit,unit_price,moq,order_multiple\n".to_owned(),
        "cycle_code,sku_code,sale_price,threshold_qty\n".to_owned(),
    );
    let mut orders = "order_no,leader_code,sku_code,ordered_qty,nickname,paid_at\n".to_owned();
    for at in 0..SUPPLIERS {
        let name = names.get(at).map_or_else(|| format!("供应商{at}"), |name| name.replace('"', "\"\""));
        suppliers += &format!("S{at:03},\"{name}\",联系人,188000{at:05},{}\n", if at % 3 == 0 { 500 } else { 0 });
        for no in 0..SKUS {
            let code = format!("K{:04}", at * SKUS + no);
            let goods =
                if at == 0 && no == 0 { "<img src=x onerror=alert(1)>".to_owned() } else { format!("商品{code}") };
            let (size, moq) = ([6, 8, 10, 12, 20, 24][no], if no == 1 { 40 } else { 0 });
            skus +=
                &format!("{code},{goods},1份,S{at:03},{size},份,piece,2.50,{moq},{}\n", if no == 2 { 20 } else { 1 });
            offers += &format!("T1,{code},3.90,{}\n", if no == 3 { 50 } else { 0 });
            let qty = 3 + (at * 7 + no * 11) % 40;
            orders += &format!("T1-{code},L1,{code},{qty},住户{no},2026-11-22 09:00\n");
        }
    }
    let cycles =
        "cycle_code,name,opens_at,cutoff_at,pickup_date\nT1,大团,2026-11-22 06:00,2026-11-22 23:00,2026-11-23\n";
    let leaders = "leader_code,name,phone,point_code,point_name,warehouse_code\nL1,周桂兰,19900001001,P1,云溪花园,W1\n";
    for (kind, text) in [
        ("suppliers", suppliers),
        ("warehouses", "warehouse_code,name,kind\nW1,中心仓,central\n".to_owned()),
        ("leaders", leaders.to_owned()),
        ("skus", skus),
        ("cycles", cycles.to_owned()),
        ("offers", offers),
    ] {
        let file = file(kind, text);
        app.tuan(&["import", kind, &file]).done();
    }
    app.tuan(&["cycle", "open", "T1"]).done();
    let orders = file("orders", orders);
    app.tuan(&["import", "orders", &orders, "--cycle", "T1"]).done();
    app.tuan(&["cutoff", "T1"]).done();
    app.tuan(&["procure", "T1"]).done();
    app
}
