#pragma once
// Swift's Glibc module leaves out <malloc.h>.
#include <malloc.h>

static inline int callocator_give_back(void) { return malloc_trim(0); }
