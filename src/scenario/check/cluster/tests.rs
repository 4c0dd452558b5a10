//! Which names of nodes collide.

use super::*;

fn check_collision(one: &str, other: &str, expected: bool) {
    assert_eq!(collide(one, other), expected, "{one} and {other}");
    assert_eq!(collide(other, one), expected, "{other} and {one}");
}

#[test]
fn patterns_collide_if_only_digits_tell_them_apart() {
    check_collision("a-{i}", "a-{i}", true);
    check_collision("a-{i}", "a-1{i}", true);
    check_collision("a-{i}", "a-{i}0", true);
    check_collision("a-{i}", "b-{i}", false);
    check_collision("a-{i}", "a-b-{i}", false);
    check_collision("a-{i}", "a-{i}-x", false);
}
