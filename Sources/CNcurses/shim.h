// SPDX-License-Identifier: MIT
// What Swift does not import from ncurses: mutable globals, macros and the cell type's layout. No logic.
#ifndef GOLEM_CNCURSES_SHIM_H
#define GOLEM_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <term.h>
#include <wchar.h>

int wcwidth(wchar_t c);

static inline WINDOW *cncurses_standard_window(void) { return stdscr; }
static inline WINDOW *cncurses_current_window(void) { return curscr; }
static inline int cncurses_colors(void) { return COLORS; }
static inline int cncurses_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
static inline uint32_t cncurses_bold(void) { return A_BOLD; }
static inline uint32_t cncurses_dim(void) { return A_DIM; }
static inline uint32_t cncurses_reverse(void) { return A_REVERSE; }
static inline uint32_t cncurses_underline(void) { return A_UNDERLINE; }
static inline const char *cncurses_codeset(void) { return nl_langinfo(CODESET); }
static inline const char *cncurses_set_ctype(const char *name) { return setlocale(LC_CTYPE, name); }

/// Fills a curses cell with a scalar and up to two marks (0 for none); 0 on success.
static inline int cncurses_set_cell(cchar_t *cell, uint32_t base, uint32_t mark1, uint32_t mark2, uint32_t attributes,
                                    int pair) {
    wchar_t text[4] = {(wchar_t)base, (wchar_t)mark1, (wchar_t)mark2, 0};
    return setcchar(cell, text, attributes, 0, &pair) == OK ? 0 : -1;
}
#endif
