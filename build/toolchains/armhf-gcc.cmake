# SPDX-License-Identifier: Apache-2.0
include(${CMAKE_CURRENT_LIST_DIR}/armhf-common.cmake)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
