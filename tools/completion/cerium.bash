# SPDX-License-Identifier: Apache-2.0
#
# Completion of `cerium` for bash 4.1 and later: . tools/completion/cerium.bash, or copy it to
# /usr/share/bash-completion/completions/cerium. What there is to complete the program itself tells (`cerium reg __complete`,
# `cerium cert __complete`, the helps); here is only how bash quotes. Keys complete in '...', in "..." and without quotation
# marks, where one backslash is taken as well as two.

# Characters that a backslash outside of quotation marks takes their meaning from. Before any other it is a separator of keys.
_cerium_special=$' \t\n\\\'"$`&;|<>()*?[]{}~#!=:'

# Splits a line as the shell would. words: the words, the last one being completed. mode: the quotation mark that it stands in, or nothing. head: what of
# it readline leaves alone (up to an open quotation mark, or to a character that parts words for readline alone).
_cerium_split() {
    local line=$1 c next word='' in_word=''
    local -i i
    words=() mode='' head=''
    for ((i = 0; i < ${#line}; i++)); do
        c=${line:i:1} next=${line:i+1:1}
        if [[ $mode == "'" ]]; then
            if [[ $c == "'" ]]; then mode=''; else word+=$c; fi
        elif [[ $mode == '"' ]]; then
            if [[ $c == '"' ]]; then
                mode=''
            elif [[ $c == "\\" && -n $next && "\\\"\$\`" == *"$next"* ]]; then
                word+=$next
                i+=1
            else
                word+=$c
            fi
        elif [[ $c == [\'\"] ]]; then
            mode=$c in_word=1 head=$word
        elif [[ $c == "\\" ]]; then
            in_word=1
            if [[ -n $next && $_cerium_special == *"$next"* ]]; then
                word+=$next
                i+=1
            else
                word+=$c
            fi
        elif [[ $c == [[:blank:]] ]]; then
            [[ -z $in_word ]] || words+=("$word")
            word='' in_word='' head=''
        else
            word+=$c in_word=1
            [[ $COMP_WORDBREAKS != *"$c"* ]] || head=$word
        fi
    done
    words+=("$word")
}

# The text as it is to stand on the line, in `quoted`.
_cerium_quote() {
    case $mode in
    "'") quoted=${1//\'/\'\\\'\'} ;;
    '"')
        quoted=${1//\\/\\\\}
        quoted=${quoted//\"/\\\"}
        quoted=${quoted//\$/\\\$}
        quoted=${quoted//\`/\\\`}
        ;;
    *) printf -v quoted '%q' "$1" ;;
    esac
}

# Adds a candidate: `$1` whole, less what readline leaves alone.
_cerium_add() {
    local quoted
    _cerium_quote "${1:${#head}}"
    [[ -z $1 ]] || COMPREPLY+=("$quoted")
}

# Adds those of the words that begin with what was typed.
_cerium_add_words() {
    local typed=${words[-1]} word
    for word; do
        [[ $word != "$typed"* ]] || _cerium_add "$word"
    done
}

# What the program itself offers: a command that knows __complete, and the words after it.
_cerium_ask() {
    local command=$1 kind='' line
    shift
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            _cerium_add "$line"
        fi
    done < <("${program[@]}" "$command" __complete "$@" 2>/dev/null)
    [[ $kind == words ]] || compopt -o default 2>/dev/null
}

_cerium_commands() {
    local word rest
    while read -r word rest; do
        [[ $word =~ ^[a-z]+$ && -n $rest ]] && _cerium_add_words "$word"
    done < <("${program[@]}" help 2>/dev/null | grep '^  [a-z][a-z]*  ')
    _cerium_add_words --registry --root
}

# A command without __complete: its sub-commands and options, out of its help.
_cerium_other() {
    local command=$1 typed=${words[-1]} help
    local -i count=$2
    help=$("${program[@]}" "$command" --help 2>/dev/null </dev/null)
    if [[ $typed == -* ]]; then
        _cerium_add_words $(grep -o -e '--[a-z][a-z-]*' <<<"$help" | sort -u)
    elif [[ $command == regedit ]]; then
        _cerium_ask reg query "$typed"
    else
        if ((count == 1)); then
            _cerium_add_words $(grep -o "cerium $command [a-z][a-z]*" <<<"$help" | cut -d ' ' -f 3 | sort -u)
        fi
        ((${#COMPREPLY[@]} > 0)) || compopt -o default 2>/dev/null
    fi
}

_cerium() {
    local words mode head program
    local -i at=1
    COMPREPLY=()
    _cerium_split "${COMP_LINE:0:COMP_POINT}"
    program=("${words[0]/#\~\//$HOME/}")
    while ((at < ${#words[@]} - 1)) && [[ ${words[at]} == --* ]]; do
        program+=("${words[at]}")
        if [[ ${words[at]} != *=* ]]; then
            at+=1
            if ((at == ${#words[@]} - 1)); then
                compopt -o default 2>/dev/null
                return
            fi
            program+=("${words[at]}")
        fi
        at+=1
    done
    if ((at == ${#words[@]} - 1)); then
        _cerium_commands
    elif [[ ${words[at]} == reg || ${words[at]} == cert ]]; then
        _cerium_ask "${words[at]}" "${words[@]:at+1}"
    else
        _cerium_other "${words[at]}" $((${#words[@]} - at - 1))
    fi
}
complete -F _cerium cerium
