#pragma once
#include <libpq-fe.h>
#include <spawn.h>

// GNU extensions, which the headers show only on request; they start the programs of a private
// cluster without any descriptor of ours.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
int pipe2(int[2], int);
