// Has one of each that `info os` lists: a shared memory segment, a semaphore set, a message queue, a listening socket, an
// open file and a second thread. Its names for them are in variables when everything_is_there() is called.
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

int segment, semaphores, queue, port, file, process, group, thread;

void everything_is_there(void) {
}

void* second(void* ready) {
  thread = gettid();
  pthread_barrier_wait(ready);
  pause();
  return NULL;
}

int listening_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(socket_, (void*)&address, length) != 0 || listen(socket_, 1) != 0 ||
      getsockname(socket_, (void*)&address, &length) != 0) {
    return -1;
  }
  return ntohs(address.sin_port);
}

int main(void) {
  process = getpid();
  group = getpgrp();
  segment = shmget(IPC_PRIVATE, 12345, IPC_CREAT | 0640);
  void* memory = shmat(segment, NULL, 0);
  shmctl(segment, IPC_RMID, NULL);  // it goes with us, however we end
  semaphores = semget(IPC_PRIVATE, 7, IPC_CREAT | 0604);
  queue = msgget(IPC_PRIVATE, IPC_CREAT | 0620);
  port = listening_port();
  file = open("/proc/self/exe", O_RDONLY);
  pthread_barrier_t ready;
  pthread_t other;
  pthread_barrier_init(&ready, NULL, 2);
  pthread_create(&other, NULL, second, &ready);
  pthread_barrier_wait(&ready);
  everything_is_there();
  semctl(semaphores, 0, IPC_RMID);
  msgctl(queue, IPC_RMID, NULL);
  printf("everything was there\n");
  return memory == (void*)-1 || semaphores < 0 || queue < 0 || port < 0 || file < 0;
}
