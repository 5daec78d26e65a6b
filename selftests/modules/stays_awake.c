// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the devices by which a guest hands over its output, those that PCI devices
 * of virtio's vendor have below them included, out of system suspend: the port of
 * a console that was suspended takes nothing any more.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci_ids.h>

/* Suspend passes over a device that is marked so, as over those that have syscore operations. */
static int stay_awake(struct device *dev, void *data)
{
	bool *on = data;

	dev_pm_syscore_device(dev, *on);

	return device_for_each_child(dev, data, stay_awake);
}

static unsigned int stay_awake_all(bool on)
{
	struct pci_dev *dev = NULL;
	unsigned int count = 0;

	while ((dev = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET, PCI_ANY_ID, dev))) {
		stay_awake(&dev->dev, &on);
		count++;
	}

	return count;
}

static int __init stays_awake_init(void)
{
	unsigned int count = stay_awake_all(true);

	pr_info("%u devices stay awake\n", count);

	return count ? 0 : -ENODEV;
}

static void __exit stays_awake_exit(void)
{
	stay_awake_all(false);
}

module_init(stays_awake_init);
module_exit(stays_awake_exit);
MODULE_DESCRIPTION("Keeps virtio devices out of system suspend");
MODULE_AUTHOR("crosscall developers");
MODULE_LICENSE("GPL");
