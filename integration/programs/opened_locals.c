// The library that locals_of_libraries opens: a thread gets its copy when it first touches the variable.
_Thread_local int opened_filler[1000];
_Thread_local int opened = 8;

int* opened_here(void) { return &opened; }
