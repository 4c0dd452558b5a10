//! How quantities are read, printed, compared and added.

use super::*;

fn check(written: &str, expected: Option<(i64, &str)>) {
    let quantity = written.parse::<Quantity>().ok();
    let actual = quantity.map(|q| (q.millis(), q.to_string()));
    assert_eq!(actual, expected.map(|(m, text)| (m, text.to_owned())), "{written}");
}

#[test]
fn quantities_are_read_and_printed_canonically() {
    check("100m", Some((100, "100m")));
    check("1.5", Some((1_500, "1500m")));
    check("1000", Some((1_000_000, "1k")));
    check("1000m", Some((1_000, "1")));
    check("0", Some((0, "0")));
    check("-0.5", Some((-500, "-500m")));
    check("1.5Gi", Some((1_610_612_736_000, "1536Mi")));
    check("200Mi", Some((209_715_200_000, "200Mi")));
    check("1023Ki", Some((1_047_552_000, "1023Ki")));
    check("0.5Ki", Some((512_000, "512")));
    check("2e3", Some((2_000_000, "2e3")));
    check("1E3", Some((1_000_000, "1e3")));
    check("1E", Some((i64::MAX, "1E")));
    check("5.", Some((5_000, "5")));
    check(".5", Some((500, "500m")));
    check("+1", Some((1_000, "1")));
    check("1n", Some((1, "1n")));
    check("0.1n", Some((1, "1n")));
    check("1e-12", Some((1, "1e-9")));
    check("1.00000000000000000001", Some((1_001, "1000000001n")));
}

#[test]
fn amounts_beyond_64_bits_are_cut() {
    let most = "9223372036854775807";
    check(most, Some((i64::MAX, most)));
    check("99999999999999999999999999999999999999999999999", Some((i64::MAX, most)));
    check("1e99", Some((i64::MAX, "9223372036854775807")));
    check("100Ei", Some((i64::MAX, most)));
}

#[test]
fn other_texts_are_no_quantities() {
    for written in ["", "m", ".", "1.2.3", "1 Gi", "1gi", "1e", "1e1.5", "1KI", "--1", "é"] {
        check(written, None);
    }
}

#[test]
fn quantities_compare_and_add_by_amount() {
    let q = |written: &str| written.parse::<Quantity>().unwrap();
    assert_eq!(q("1Gi"), q("1024Mi"));
    assert!(q("1G") < q("1Gi") && q("100m") > q("0.09"));
    assert_eq!((q("1Gi") + q("512Mi")).to_string(), "1536Mi");
    assert_eq!([q("100m"), q("1")].into_iter().sum::<Quantity>().to_string(), "1100m");
    assert_eq!((q("1") - q("100m")).millis(), 900);
    assert_eq!(q("1.0001").units(), 2);
}

#[test]
fn numbers_are_read_as_if_they_were_text() {
    let read = |json: &str| serde_json::from_str::<Quantity>(json).ok().map(Quantity::millis);
    assert_eq!(read("2"), Some(2_000));
    assert_eq!(read("0.5"), Some(500));
    assert_eq!(read("\"0.1\""), Some(100));
    assert_eq!(read("true"), None);
}
