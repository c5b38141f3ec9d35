// Exits with 6.
int main(void) { return 6; }
