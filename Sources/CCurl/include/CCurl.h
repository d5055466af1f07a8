#ifndef GOLEM_CCURL_H
#define GOLEM_CCURL_H
#endif
