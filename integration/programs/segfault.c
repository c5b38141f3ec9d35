// Dies of SIGSEGV in crash().
int* nowhere = 0;

void crash(void) {
  *nowhere = 1;  // the bad write
}

int main(void) {
  crash();
  return 0;
}
