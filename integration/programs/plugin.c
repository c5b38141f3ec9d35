// The library that opener opens.
int plugin_answer(int number) {
  int answer = number + 2;
  return answer;
}
