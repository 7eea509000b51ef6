"""Lines of charts: from values to a path."""

from cabinet.kit import shapes


def test_an_area_stands_on_its_base_and_ends_where_its_dot_is():
    line = shapes.area_line([0, 50, 100], highest=100)

    assert line == shapes.Line("M 0.0 100.0 L 50.0 50.0 L 100.0 0.0", 100.0, 0.0)


def test_a_sparkline_spreads_between_its_lowest_and_highest():
    line = shapes.spark_line([287, 300])

    assert line == shapes.Line("M 3.0 24.0 L 93.0 4.0", 93.0, 4.0)


def test_a_line_of_one_value_or_of_equal_ones_is_still_a_line():
    assert shapes.spark_line([5]).path == "M 3.0 24.0"
    assert shapes.spark_line([5, 5]).path == "M 3.0 24.0 L 93.0 24.0"
