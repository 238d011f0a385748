/* The macros of body_begin.h end here. */

#undef STATE
#undef CONSTANT_OF
#undef CONSTANT
#undef OF
#undef BIAS
#undef RING
#undef ALWAYS_INLINE
#undef FIRE_OR_HOLD
#undef COMBINATIONS
#undef MOST_CELLS
#undef INDEPENDENT
