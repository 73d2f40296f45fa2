//! Excel workbooks: what is printed holds what the CSV holds, what is read makes the same books as the CSV, and a
//! hostile one ends in words.

mod honest;
mod hostile;
mod printed;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

/// A CSV as somebody types it into a spreadsheet: numbers, dates and times become such, all else stays text.
fn typed(csv: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet(), csv, 0);
    workbook.save_to_buffer().expect("memory takes all")
}

/// Fills a worksheet from this row on.
fn fill(sheet: &mut Worksheet, csv: &str, first_row: u32) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    for (row, record) in (first_row..).zip(reader.records()) {
        for (column, cell) in (0..).zip(&record.expect("sound CSV")) {
            type_cell(sheet, row, column, cell);
        }
    }
}

fn type_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &str) {
    let dated = |format: &str| Format::new().set_num_format(format);
    let is_number = !cell.is_empty()
        && cell.len() <= 15
        && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && (!cell.starts_with('0') || cell == "0" || cell.starts_with("0."));
    let form: String = cell.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let date = |text: &str| ExcelDateTime::parse_from_str(text).expect("a date");
    let done = match form.as_str() {
        "" => return,
        "0000-00-00" => sheet.write_datetime_with_format(row, column, date(cell), &dated("yyyy/m/d")),
        "0000-00-00 00:00" | "0000-00-00 00:00:00" => {
            sheet.write_datetime_with_format(row, column, date(&cell.replace(' ', "T")), &dated("yyyy/m/d h:mm"))
        }
        "00:00" => sheet.write_datetime_with_format(row, column, date(cell), &dated("h:mm")),
        _ if is_number => sheet.write_number(row, column, cell.parse::<f64>().expect("digits")),
        _ => sheet.write_string(row, column, cell),
    };
    done.expect("it fits a worksheet");
}

/// The cells of each sheet of a workbook.
fn cells(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheets = workbook.worksheets();
    sheets.into_iter().flat_map(|(_, range)| range.rows().map(<[Data]>::to_vec).collect::<Vec<_>>()).collect()
}
