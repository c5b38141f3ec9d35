// The library that locals_of_libraries is linked with.
_Thread_local int linked_filler[100];
_Thread_local int linked = 7;

int* linked_here(void) { return &linked; }
