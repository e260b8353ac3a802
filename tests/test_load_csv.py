"""Reading a spreadsheet of purchases: sums, dates, and what cannot be used."""

import gzip
from datetime import date
from decimal import Decimal

import pytest

from dev import load_csv
from dev.say import Stop

HEADER = "document,date,customer,product,quantity,unit_price,country\n"


@pytest.fixture
def read(tmp_path):
    def reading(text, name="purchases.csv"):
        path = tmp_path / name
        data = (HEADER + text).encode() if isinstance(text, str) else HEADER.encode() + text
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return load_csv.read(path)

    return reading


def refused(sheet):
    return [str(bad) for bad in sheet.bad]


def named(sheet, number):
    (document,) = (each for each in sheet.documents.values() if each.number == number)
    return document


def test_lines_of_a_document_are_summed_exactly_and_rounded_once(read):
    # 3 × 0.335 + 1 × 0.10 = 1.105, half away from zero 1.11; in floats it would be 1.10.
    sheet = read("1,2024-01-05 10:00,A,x,3,0.335,France\n1,2024-01-05 10:01,A,y,1,0.1,France\n")
    assert named(sheet, "1").amount == Decimal("1.11")
    assert named(sheet, "1").date == date(2024, 1, 5)
    assert not sheet.bad


def test_credit_notes_are_negative(read):
    # 2 × −1.25 = −2.50
    sheet = read("C1,2024-01-05,A,x,-2,1.25,\n")
    assert named(sheet, "C1").amount == Decimal("-2.50")


def test_packed_files_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "purchases.csv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + (HEADER + "1,2024-01-05,A,x,1,2,\n").encode()))
    load_csv.check(path)
    assert named(load_csv.read(path), "1").amount == Decimal("2.00")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,2024-02-30,A,x,1,1,", "date '2024-02-30' is not a date"),
        ("2,2024-01-05,A,x,one,1,", "quantity 'one' is not a number like 1234.56"),
        ("2,soon,A,x,1,1,", "date 'soon' is not a date like 2024-12-31"),
        ("2,2024-01-05,A,x,1,NaN,", "unit_price 'NaN' is not a number"),
        ("2,2024-01-05,A,x,1,1e5,", "unit_price '1e5' is not a number"),
        ("2,2024-01-05,A,x,1,1e999999,", "unit_price '1e999999' is too large"),
        (
            "2,2024-01-05,A,x,9999999999999999,1,",
            "quantity '9999999999999999' is too large: it has to be below 1,000,000,000,000",
        ),
        ("2,0001-01-01,A,x,1,1,", "date '0001-01-01' is before 1900-01-01"),
        ('2,2024-01-05,"A\tB",x,1,1,', "customer 'A\\tB' has a line break, or a character that"),
        ("2,2024-01-05,,x,1,1,", "no customer"),
        (",2024-01-05,A,x,1,1,", "no document"),
        ("2,2024-01-05,A,x,1,1", "6 columns where the first line has 7"),
        ("2", "1 column where the first line has 7"),
        ("2,2024-01-05,A,x,1,1,,", "8 columns where the first line has 7"),
        ("1,2024-01-05,B,x,1,1,", "document 1 is of customer A since line 2, not B"),
    ],
)
def test_a_bad_line_is_left_out_with_its_number_and_reason(read, line, reason):
    sheet = read(f"1,2024-01-05,A,x,1,1,\n{line}\n3,2024-01-06,A,x,1,1,\n")
    (bad,) = refused(sheet)
    assert bad.startswith(f"line 3: {reason}")
    assert [each.number for each in sheet.documents.values()] == ["1", "3"]
    assert named(sheet, "1").amount == Decimal(1)


def test_bytes_that_are_no_utf8_matter_only_where_they_are_used(read):
    sheet = read(b"1,2024-01-05,A,caf\xe9,1,1,\n")
    assert named(sheet, "1").amount == Decimal(1)
    with pytest.raises(Stop, match=r"line 2: customer 'caf.*' is not written in UTF-8\n.*UTF-8\."):
        read(b"1,2024-01-05,caf\xe9,x,1,1,\n")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        # Numbers: only the large lines have separators, and would be the ones left out.
        ('1,2024-01-05,A,x,1,"12,500.00",\n', "without separators of thousands"),
        ("1,2024-01-05,A,x,1,12'500.00,\n", "without separators of thousands"),
        ("1,2024-01-05,A,x,1,12 500.00,\n", "without separators of thousands"),
        ('1,2024-01-05,A,x,1,"2,75",\n', "with a point, like 1234.56"),
        ("1,2024-01-05,A,x,1,€ 2.75,\n", "with a point, like 1234.56"),
        ("1,2024-01-05,A,x,1,(2.75),\n", "with a point, like 1234.56"),
        ("1,05.01.2024,A,x,1,1,\n", "Write dates like 2024-12-31"),
        ("1,1/5/24,A,x,1,1,\n", "Write dates like 2024-12-31"),
        ("1,2024-1-5,A,x,1,1,\n", "Write dates like 2024-12-31"),
        ("1,5 January 2024,A,x,1,1,\n", "Write dates like 2024-12-31"),
        ("1,45296,A,x,1,1,\n", "Write dates like 2024-12-31"),
        # The quote takes in every line below, to the end or to the next quote.
        ('1,2024-01-05,"A,x,1,1,\n2,2024-01-05,B,x,1,1,\n', "Close every quote"),
        ('1,2024-01-05,"A,x,1,1,\n2,2024-01-05,"B",x,1,1,\n', "Close every quote"),
        ('1,2024-01-05,"A,x,1,1,\n2,2024-01-05,B,"",1,1,\n', "Close every quote"),
    ],
)
def test_how_a_file_is_written_refuses_the_file_and_says_what_to_change(read, rows, words):
    with pytest.raises(Stop, match="is not loaded") as refusal:
        read("3,2024-01-05,C,x,1,1,\n" + rows)
    assert words in str(refusal.value)
    assert "\n  line 3: " in str(refusal.value)


def test_a_refused_file_names_the_first_three_lines(read):
    with pytest.raises(Stop) as refusal:
        read("".join(f'{n},2024-01-05,A,x,1,"{n},000.00",\n' for n in range(1, 8)))
    said = str(refusal.value)
    assert all(f"line {n}: " in said for n in (2, 3, 4)) and "line 5: " not in said
    assert "… and 4 more lines" in said


def test_a_column_that_is_used_stands_once(tmp_path):
    path = tmp_path / "purchases.csv"
    path.write_text("document,date,customer,quantity,unit_price,country,Customer,note,note\n")
    with pytest.raises(Stop, match="has two columns customer"):
        load_csv.check(path)


def test_blanks_of_every_kind_are_blanks_and_marks_stay_where_a_script_needs_them(read):
    rows = {
        "佐藤\u3000花子": "佐藤 花子",
        "Bar\u202fMilano\u00a0": "Bar Milano",
        "نی\u200cلوفر": "نی\u200cلوفر",
        "क्\u200dष": "क्\u200dष",
        "שלום\u200e 7": "שלום\u200e 7",
        "Han\u00adsen\u200e": "Hansen",
        "\ufeffOlga": "Olga",
    }
    sheet = read("".join(f"{n},2024-01-05,{name},x,1,1,\n" for n, name in enumerate(rows)))
    assert not sheet.bad
    assert [each.customer for each in sheet.documents.values()] == list(rows.values())


def test_a_name_too_long_for_the_database_is_left_out_alone(read):
    sheet = read(f"1,2024-01-05,{'鋼' * 501},x,1,1,\n2,2024-01-05,{'鋼' * 500},x,1,1,\n")
    assert refused(sheet) == [f"line 2: customer {'鋼' * 20}… has 501 characters: 500 is the most"]
    # What the database indexes is at most 2,704 bytes.
    assert len(load_csv.external_id("customer", "鋼" * 500)) < 600
    assert load_csv.external_id("customer", "鋼" * 500) != load_csv.external_id(
        "customer", "鋼" * 499
    )


def test_numbers_that_begin_anew_each_year_are_different_documents(read):
    sheet = read(
        "7,2023-03-01,A,x,1,1,\n7,2024-03-01,B,x,1,2,\n7,2024-03-01,B,y,1,3,\n"
        # One document, written over New Year's Eve.
        "9,2023-12-31,A,x,1,4,\n9,2024-01-01,A,x,1,5,\n"
    )
    assert not sheet.bad
    found = [(each.key, each.customer, each.amount) for each in sheet.documents.values()]
    assert found == [
        ("7@2023", "A", Decimal(1)),
        ("7@2024", "B", Decimal(5)),
        ("9@2023", "A", Decimal(9)),
    ]
    assert sheet.other_days == 1


def test_lines_read_are_lines_loaded_and_lines_left_out(read):
    sheet = read(
        "1,2024-01-05,A,x,999999999999,999999999999,France\n" * 3
        + "2,2024-01-05,B,x,1,1,Spain\n2,2024-01-05,B,x,1,1,Italy\nx\n"
    )
    load_csv.drop_refused(sheet, 0)
    # Six read; three of a document that is too large and one without its columns are left out.
    lines = list(load_csv.report(sheet))
    assert lines[0] == "6 lines read = 2 loaded + 4 left out:"
    assert lines[-1] == "1 customer with lines of several countries: the first is kept"


def test_a_line_break_in_a_name_is_called_so(read):
    sheet = read('1,2024-01-05,"Hills\nSons",x,1,1,\n')
    (bad,) = refused(sheet)
    assert bad.startswith("line 2: customer 'Hills\\nSons' has a line break")


def test_numbers_may_have_as_many_decimals_as_a_program_writes(read):
    sheet = read("1,2024-01-05,A,x,1,2.5500000000000003,\n")
    assert named(sheet, "1").amount == Decimal("2.55")


def test_dates_after_the_latest_allowed_are_left_out(read):
    text = "1,2024-01-05,A,x,1,1,\n2,9999-12-31,A,x,1,1,\n"
    sheet = read(text)
    assert not sheet.bad
    load_csv.drop_refused(sheet, 1)
    assert refused(sheet) == [
        "line 3: date 9999-12-31, moved by +1 days, is not from 1900-01-01 to 9999-12-31"
    ]
    assert [each.number for each in sheet.documents.values()] == ["1"]


def test_a_document_too_large_for_odoo_is_left_out(read):
    # 999999999999 × 999999999999, a thousand times: more digits than Decimal keeps by itself.
    sheet = read("1,2024-01-05,A,x,999999999999,999999999999,\n" * 1000)
    load_csv.drop_refused(sheet, 0)
    (bad,) = refused(sheet)
    assert bad.startswith("line 2: document 1 makes 999,999,999,998,")
    assert "is too large: 1,000,000,000,000 is the most" in bad


def test_line_numbers_are_those_of_the_file_also_after_a_quoted_line_break(read):
    sheet = read('1,2024-01-05,A,"two\nlines",1,1,\n\n2,never,A,x,1,1,\n')
    assert [bad.line for bad in sheet.bad] == [5]


def test_the_last_day_becomes_yesterday_unless_days_are_given(read):
    sheet = read("1,2024-01-05,A,x,1,1,\n2,2024-01-08,A,x,1,1,\n")
    # From 8 January to 19 January, the day before the 20th: 11 days.
    assert load_csv.days_to_shift(sheet, "", date(2024, 1, 20)) == 11
    assert load_csv.days_to_shift(sheet, "0", date(2024, 1, 20)) == 0
    assert load_csv.days_to_shift(sheet, "-3", date(2024, 1, 20)) == -3


def test_a_date_far_ahead_does_not_move_the_others(tmp_path):
    path = tmp_path / "purchases.csv"
    path.write_text(HEADER + "1,2024-01-05,A,x,1,1,\n2,9999-12-31,A,x,1,1,\n")
    sheet = load_csv.read(path, latest=date(2024, 1, 20))
    assert refused(sheet) == [
        "line 3: date '9999-12-31' is after today (2024-01-20); with SHIFT=0 it is loaded as it is"
    ]
    # From 5 to 19 January: 14 days.
    assert load_csv.days_to_shift(sheet, "", date(2024, 1, 20)) == 14


def test_different_numbers_have_different_external_ids():
    numbers = ["A 1", "A_1", "A.1", "A%201", "a 1", "Ä 1"]
    found = {load_csv.external_id("customer", number) for number in numbers}
    assert len(found) == len(numbers)
    assert not any(" " in name for name in found)


def test_a_file_without_a_needed_column_is_refused_before_anything_is_read(tmp_path):
    path = tmp_path / "purchases.csv"
    path.write_text("document,date,customer\n")
    with pytest.raises(Stop, match="no column quantity, unit_price"):
        load_csv.check(path)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"document;date;customer;quantity;unit_price\n", "has semicolons between its columns"),
        (b"document\tdate\tcustomer\tquantity\tunit_price\n", "has tabs between its columns"),
        (b"num\xe9ro,date,customer,quantity,unit_price\n", "is not written in UTF-8: save the"),
    ],
)
def test_a_header_that_cannot_be_read_says_how_to_save_the_file(tmp_path, header, words):
    path = tmp_path / "purchases.csv"
    path.write_bytes(header)
    with pytest.raises(Stop, match=words):
        load_csv.check(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Stop, match=r"missing\.csv cannot be read: No such file"):
        load_csv.check(tmp_path / "missing.csv")


def test_a_truncated_file_is_refused_whole(tmp_path):
    rows = "".join(f"{n},2024-01-05,A,x,1,{n}.37,\n" for n in range(5000))
    path = tmp_path / "purchases.csv.gz"
    path.write_bytes(gzip.compress((HEADER + rows).encode())[:-1000])
    with pytest.raises(Stop, match="breaks off"):
        load_csv.read(path)


def test_the_report_names_the_first_and_counts_the_rest(read):
    sheet = read("1,2024-01-05,A,x,1,1,\n" + "x\n" * 5)
    lines = list(load_csv.report(sheet, shown=2))
    assert lines[0] == "6 lines read = 1 loaded + 5 left out:"
    assert lines[1] == "  line 3: 1 column where the first line has 7"
    assert lines[-1] == "  … and 3 more"


def test_one_line_is_one_line(read):
    sheet = read("1,2024-01-05,A,x,1\n")
    assert next(load_csv.report(sheet)) == "1 line read = 0 loaded + 1 left out:"
