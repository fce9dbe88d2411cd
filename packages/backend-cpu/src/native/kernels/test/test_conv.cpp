#include "check.h"
void testConv(Checker&) {}
