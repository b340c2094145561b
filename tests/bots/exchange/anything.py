"""Whatever a JSON file can hold, and what people really put there."""

from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        ["yüksek", "0,8", "%50", "24:00", "09:00-12:00", "🚀🔥", "@ali_hoca", "1.234,5", "a" * 300, "x\x00y", "\ud800"]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
