// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.CProject;

/// <summary><c>Makefile</c> and <c>project.mk</c>: the build with the SDK and a cross compiler.</summary>
internal static class BuildFiles
{
    public static string Makefile(ProjectFacts facts)
    {
        var text = new SourceText();
        text.Line($"# {facts.Name}: build with the MAX78000 SDK. Needs MAXIM_PATH (the SDK's folder) and arm-none-eabi-gcc.");
        text.Line("# Settings belong into project.mk or on the command line, for example: make BOARD=FTHR_RevA");
        text.Line();
        text.Line($"PROJECT ?= {facts.Name}");
        return text.Lines(Rules).Finish();
    }

    public static string ProjectSettings(ProjectFacts facts)
    {
        var text = new SourceText();
        text.Line($"# {facts.Name}: settings of the build, read by the Makefile");
        text.Line();
        text.Line("# The board: EvKit_V1 or FTHR_RevA");
        text.Line("BOARD ?= EvKit_V1");
        text.Line();
        text.Line("# Optimization of the C code");
        text.Line("MXC_OPTIMIZE_CFLAGS ?= -O2");
        return text.Finish();
    }

    private const string Rules =
        """
        TARGET := MAX78000
        TARGET_UC := MAX78000
        TARGET_LC := max78000
        COMPILER := GCC

        include project.mk

        ifeq ($(MAXIM_PATH),)
        $(error MAXIM_PATH is not set: give the folder of the SDK)
        endif

        LIBS_DIR := $(subst \,/,$(MAXIM_PATH))/Libraries
        CMSIS_ROOT := $(LIBS_DIR)/CMSIS
        BUILD_DIR ?= $(CURDIR)/build

        SRCS += main.c cnn.c softmax.c
        VPATH += .
        IPATH += .

        STARTUPFILE := startup_$(TARGET_LC).S
        LINKERFILE ?= $(TARGET_LC).ld
        ENTRY := Reset_Handler

        export TARGET TARGET_UC TARGET_LC COMPILER CMSIS_ROOT BOARD

        .DEFAULT_GOAL := all

        # Drivers, board support and the rules for the program come from the SDK.
        include $(LIBS_DIR)/libs.mk
        include $(CMSIS_ROOT)/Device/Maxim/$(TARGET_UC)/Source/$(COMPILER)/$(TARGET_LC).mk

        .PHONY: all clean

        all: $(BUILD_DIR)/$(PROJECT).elf

        clean:
        	rm -rf $(BUILD_DIR)
        """;
}
