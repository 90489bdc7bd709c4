# shellcheck shell=bash
# What tests and benchmarks need beside the program: their own folder of state, a browser, tools.

set_up_for_tests() {
    local shared=$PROJECT/var/fonts
    ENFORCEMENT_VAR=$(realpath -m "${ENFORCEMENT_VAR:-$PROJECT/var/test}")
    export ENFORCEMENT_VAR
    step "系统软件 / system packages"
    system_packages dev
    step "字体 / fonts"
    fonts "$shared"
    mkdir -p "$ENFORCEMENT_VAR"
    [[ -e $ENFORCEMENT_VAR/fonts ]] || ln -s "$shared" "$ENFORCEMENT_VAR/fonts"
    step "Python 环境 / Python environment"
    environment requirements-dev.txt
}
