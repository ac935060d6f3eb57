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
        text.Line("BOARD ?= " + Board(facts));
        text.Line();
        text.Line("# Optimization of the C code");
        text.Line("MXC_OPTIMIZE_CFLAGS ?= -O2");
        return text.Finish();
    }

    /// <summary>The files of a RISC-V project that the build needs: the two halves, and the one that makes both.</summary>
    public static IEnumerable<(string Name, string Text)> Riscv(ProjectFacts facts)
    {
        yield return ("Makefile", RiscvMakefile(facts, "build the two halves with the MAX78000 SDK", RiscvBoth));
        yield return ("Makefile.RISCV", RiscvMakefile(facts, "the half that runs the network on the RISC-V core", RiscvHalf));
        yield return ("Makefile.ARM", RiscvMakefile(facts, "the half that starts the RISC-V core", ArmHalf));
    }

    private static string RiscvMakefile(ProjectFacts facts, string purpose, string rules)
    {
        var text = new SourceText();
        text.Line($"# {facts.Name}: {purpose}. Needs MAXIM_PATH (the SDK's folder), arm-none-eabi-gcc and riscv-none-elf-gcc.");
        text.Line();
        text.Line($"PROJECT ?= {facts.Name}");
        text.Line("BOARD ?= " + Board(facts));
        return text.Lines(rules).Finish();
    }

    private static string Board(ProjectFacts facts) => facts.Options.Board switch
    {
        ProjectBoard.EvKit => "EvKit_V1",
        ProjectBoard.Feather => "FTHR_RevA",
        _ => throw new ArgumentException($"{facts.Options.Board} is no board."),
    };

    // The program of the RISC-V core becomes a section of the Arm program.
    private const string RiscvBoth =
        """
        BUILD_DIR ?= $(CURDIR)/build

        .DEFAULT_GOAL := all
        .PHONY: all clean

        all:
        	$(MAKE) -f Makefile.RISCV BUILD_DIR=$(BUILD_DIR)/riscv PROJECT=$(PROJECT) BOARD=$(BOARD) bin
        	$(MAKE) -f Makefile.ARM BUILD_DIR=$(BUILD_DIR) PROJECT=$(PROJECT) BOARD=$(BOARD) RISCV_BIN=$(BUILD_DIR)/riscv/$(PROJECT).bin

        clean:
        	rm -rf $(BUILD_DIR)
        """;

    private const string RiscvSettings =
        """
        TARGET := MAX78000
        TARGET_UC := MAX78000
        TARGET_LC := max78000
        COMPILER := GCC

        ifeq ($(MAXIM_PATH),)
        $(error MAXIM_PATH is not set: give the folder of the SDK)
        endif

        LIBS_DIR := $(subst \,/,$(MAXIM_PATH))/Libraries
        CMSIS_ROOT := $(LIBS_DIR)/CMSIS
        BUILD_DIR ?= $(CURDIR)/build
        VPATH += .
        IPATH += .
        MXC_OPTIMIZE_CFLAGS ?= -O2
        """;

    private const string RiscvHalf = RiscvSettings +
        """


        SRCS += main_riscv.c cnn.c softmax.c
        RISCV_CORE := 1
        PROJ_CFLAGS += -DRISCV_CORE
        STARTUPFILE := startup_riscv_$(TARGET_LC).S
        LINKERFILE ?= $(TARGET_LC)_riscv.ld
        ENTRY := Reset_Handler

        export TARGET TARGET_UC TARGET_LC COMPILER CMSIS_ROOT BOARD RISCV_CORE

        .DEFAULT_GOAL := bin

        # Drivers, board support and the rules for the program come from the SDK.
        include $(LIBS_DIR)/libs.mk
        include $(CMSIS_ROOT)/Device/Maxim/$(TARGET_UC)/Source/$(COMPILER)/$(TARGET_LC)_riscv.mk

        .PHONY: bin

        bin: $(BUILD_DIR)/$(PROJECT).elf
        	$(PREFIX)-objcopy $< -R .sig -O binary $(BUILD_DIR)/$(PROJECT).bin
        """;

    private const string ArmHalf = RiscvSettings +
        """


        SRCS += main.c
        STARTUPFILE := startup_$(TARGET_LC).S
        LINKERFILE ?= $(TARGET_LC)_arm.ld
        ENTRY := Reset_Handler
        PROJ_OBJS += $(BUILD_DIR)/riscv_program.o

        export TARGET TARGET_UC TARGET_LC COMPILER CMSIS_ROOT BOARD

        .DEFAULT_GOAL := all
        .PHONY: all

        # Drivers, board support and the rules for the program come from the SDK.
        include $(LIBS_DIR)/libs.mk
        include $(CMSIS_ROOT)/Device/Maxim/$(TARGET_UC)/Source/$(COMPILER)/$(TARGET_LC).mk

        all: $(BUILD_DIR)/riscv_program.o $(BUILD_DIR)/$(PROJECT).elf

        # _riscv_boot is the start of this object's data.
        $(BUILD_DIR)/riscv_program.o: $(RISCV_BIN)
        	$(PREFIX)-objcopy -I binary -B arm -O elf32-littlearm --rename-section .data=.riscv --add-symbol _riscv_boot=.riscv:0 $< $@
        """;

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
