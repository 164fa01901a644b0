/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCP client for tests in C: blocking, on 127.0.0.1, every call bounded by a minute. Failures end the test.
 */
#ifndef CERIUM_TESTS_TCP_CLIENT_H
#define CERIUM_TESTS_TCP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* receive_buffer: bytes the kernel may hold for us, 0 = its own choice. */
int tcp_connect(uint16_t port, int receive_buffer);
void tcp_send(int socket, const void *data, size_t size);
void tcp_send_text(int socket, const char *text);
/* Exactly `size` bytes; fewer only at the end of the connection. A reset counts as the end. */
size_t tcp_receive(int socket, void *data, size_t size);
/* Bytes up to and with `mark`, NUL-terminated. The end of the connection before it fails the test. */
void tcp_receive_until(int socket, const char *mark, char *text, size_t size);
bool tcp_ended(int socket); /* waits for the end; false when a byte comes instead */
/* Sends a byte: false when the peer is gone and the kernel knows it. */
bool tcp_can_send(int socket);
void tcp_close(int socket);
void tcp_reset(int socket); /* closes with a reset */

#endif
