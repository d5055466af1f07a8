#ifndef GOLEM_CMICROHTTPD_SHIM_H
#define GOLEM_CMICROHTTPD_SHIM_H
#include <microhttpd.h>
#endif
