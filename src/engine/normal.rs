//! The quantile function of the standard normal distribution.
//!
//! Wichura's algorithm AS 241 (Applied Statistics 37, 1988, p. 477), routine PPND16: three
//! quotients of polynomials, with a relative error of about 1e-16. It needs nothing but
//! arithmetic, one logarithm and one square root, so it gives the same bits everywhere.

/// The middle part holds for probabilities at most this far from one half.
const MIDDLE: f64 = 0.425;
const MIDDLE_SQUARED: f64 = 0.180_625;
/// The far tail begins where `sqrt(-ln(tail))` exceeds this.
const FAR: f64 = 5.0;

/// Numerator and denominator, lowest power first.
type Quotient = ([f64; 8], [f64; 8]);

#[expect(clippy::excessive_precision, reason = "the digits as published")]
const CENTRAL: Quotient = (
    [
        3.387_132_872_796_366_608_0e0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
);

#[expect(clippy::excessive_precision, reason = "the digits as published")]
const NEAR_TAIL: Quotient = (
    [
        1.423_437_110_749_683_577_34e0,
        4.630_337_846_156_545_295_90e0,
        5.769_497_221_460_691_405_50e0,
        3.647_848_324_763_204_605_04e0,
        1.270_458_252_452_368_382_58e0,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87e0,
        1.676_384_830_183_803_849_40e0,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
);

#[expect(clippy::excessive_precision, reason = "the digits as published")]
const FAR_TAIL: Quotient = (
    [
        6.657_904_643_501_103_777_20e0,
        5.463_784_911_164_114_369_90e0,
        1.784_826_539_917_291_335_80e0,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

/// The value that a standard normal variable stays below with `probability`; infinite at 0 and 1.
pub(super) fn quantile(probability: f64) -> f64 {
    let from_middle = probability - 0.5;
    if from_middle.abs() <= MIDDLE {
        return from_middle * evaluate(&CENTRAL, MIDDLE_SQUARED - from_middle * from_middle);
    }
    let tail = if from_middle < 0.0 { probability } else { 1.0 - probability };
    if tail <= 0.0 {
        return f64::INFINITY.copysign(from_middle);
    }
    let depth = libm::sqrt(-libm::log(tail));
    let distance = if depth <= FAR {
        evaluate(&NEAR_TAIL, depth - 1.6)
    } else {
        evaluate(&FAR_TAIL, depth - FAR)
    };
    distance.copysign(from_middle)
}

fn evaluate((numerator, denominator): &Quotient, x: f64) -> f64 {
    polynomial(numerator, x) / polynomial(denominator, x)
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The probability below `z`, by the error function.
    fn below(z: f64) -> f64 {
        libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0
    }

    fn check(probability: f64, expected: f64) {
        let z = quantile(probability);
        assert!((z - expected).abs() <= 2e-15 * expected.abs(), "{probability}: {z}");
    }

    #[test]
    fn agrees_with_published_values() {
        check(0.5, 0.0);
        check(0.25, -0.674_489_750_196_081_7);
        check(0.001, -3.090_232_306_167_813_5);
        check(1e-20, -9.262_340_089_798_407);
        check(0.975, 1.959_963_984_540_054);
        check(0.99, 2.326_347_874_040_841);
        assert_eq!((quantile(0.0), quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn inverts_the_distribution_function_and_never_falls() {
        let mut last = f64::NEG_INFINITY;
        for step in 1..20_000 {
            let probability = f64::from(step) / 20_000.0;
            let z = quantile(probability);
            assert!((below(z) / probability - 1.0).abs() < 1e-13, "{probability}");
            assert!(z > last, "{probability}");
            last = z;
        }
        for exponent in 1..300 {
            let probability = libm::pow(10.0, -f64::from(exponent));
            let relative = below(quantile(probability)) / probability - 1.0;
            assert!(relative.abs() < 1e-11, "1e-{exponent}: {relative}");
        }
    }
}
